import RoostRuntime
import RoostStorage
import RoostTesting
import Testing

/// What a test leaves behind fails it, with a message that names the object.
struct LeftoverTests {
    /// Fails with what is left; nil when nothing is.
    private static func leftovers(
        of body: (RoostTest) async throws -> Void
    ) async throws -> LeftoverError? {
        do {
            try await withRoostTest(patience: .milliseconds(20)) {
                try $0.register(Sitter.self)
            } test: {
                try await body($0)
            }
            return nil
        } catch let error as LeftoverError {
            return error
        }
    }

    @Test func `a test that leaves nothing passes`() async throws {
        let error = try await Self.leftovers { test in
            let sitter = try test.objects(of: Sitter.self).get("a")
            try await sitter.write()
            try await sitter.workOn()
            #expect(try await sitter.value() == 1)
        }
        #expect(error == nil)
    }

    @Test func `an event that is still inside fails the test`() async throws {
        let error = try await Self.leftovers { test in
            let sitter = try test.objects(of: Sitter.self).get("a")
            let call = Task { try await sitter.sit(seconds: 5) }
            try await sitter.seated()
            call.cancel()
        }
        #expect(error?.leftovers.map(\.kind) == [.running])
        #expect(error?.leftovers.first?.object == "Sitter a")
        #expect(error?.description.contains("1 event still run in Sitter a") == true)
        #expect(error?.description.contains("expect(.running)") == true)
    }

    @Test func `a call that waits behind a section fails the test`() throws {
        let error = #expect(throws: LeftoverError.self) {
            try withSteppedTest(register: { try $0.register(Sitter.self) }) { test in
                let sitter = try test.objects(of: Sitter.self).get("a")
                let section = test.start { try await sitter.block(seconds: 5) }
                test.settle()
                let call = test.start { try await sitter.value() }
                test.settle()
                #expect(!section.isDone && !call.isDone)
            }
        }
        #expect(error?.leftovers.contains { $0.kind == .waiting && $0.object == "Sitter a" } == true)
        #expect(error?.leftovers.contains { $0.kind == .running && $0.object == "Sitter a" } == true)
        #expect(error?.description.contains("1 event still wait to be let into Sitter a") == true)
        #expect(error?.description.contains("2 tasks begun with `start` have not ended") == true)
    }

    @Test func `an answer that waits for the disk fails the test`() throws {
        let error = #expect(throws: LeftoverError.self) {
            try withSteppedTest(register: { try $0.register(Sitter.self) }) { test in
                let sitter = try test.objects(of: Sitter.self).get("a")
                test.disk.holdCommits()
                _ = test.start { try await sitter.write() }
                test.settle()
            }
        }
        #expect(error?.leftovers.first?.kind == .waiting)
        #expect(error?.description.contains("1 answer of Sitter a still wait for the disk") == true)
    }

    @Test func `a reset of which nobody was told fails the test`() async throws {
        let error = try await Self.leftovers { test in
            let sitter = try test.objects(of: Sitter.self).get("a")
            test.disk.failCommits(1, with: StorageError(.diskFull, "The disk is full."))
            // Else the call might be told when it returns.
            test.disk.holdCommits()
            try await sitter.writeUnconfirmed()
            test.disk.releaseCommits()
        }
        #expect(error?.leftovers.map(\.kind) == [.reset])
        #expect(error?.description.contains("Sitter a was reset, and no call was told") == true)
        #expect(error?.description.contains("The disk is full.") == true)
    }

    @Test func `a reset that a call has told of is none`() async throws {
        let error = try await Self.leftovers { test in
            let sitter = try test.objects(of: Sitter.self).get("a")
            test.disk.failCommits(1, with: StorageError(.diskFull, "The disk is full."))
            await #expect(throws: RoostError.self) { try await sitter.write() }
            await #expect(throws: RoostError.self) { try await sitter.giveUp() }
            try await sitter.write()
            test.abortAll()
        }
        #expect(error == nil)
    }

    @Test func `what belongs to a machine that has crashed is no leftover`() async throws {
        let error = try await Self.leftovers { test in
            let sitter = try test.objects(of: Sitter.self).get("a")
            let call = Task { try await sitter.sit(seconds: 5) }
            try await sitter.seated()
            try test.crash()
            call.cancel()
        }
        #expect(error == nil)
    }

    @Test func `what is expected may be left, and must be`() async throws {
        let expected = try await Self.leftovers { test in
            let sitter = try test.objects(of: Sitter.self).get("a")
            test.expect(.reset, of: sitter)
            test.disk.failCommits(1, with: StorageError(.diskFull, "The disk is full."))
            // Else the call might be told when it returns.
            test.disk.holdCommits()
            try await sitter.writeUnconfirmed()
            test.disk.releaseCommits()
        }
        #expect(expected == nil)

        let missing = try await Self.leftovers { test in
            test.expect(.running, of: "Sitter b")
            test.expect(.waiting)
        }
        #expect(missing?.leftovers.isEmpty == true)
        #expect(
            missing?.missing == [
                "Expected as left behind, but not there: running of Sitter b.",
                "Expected as left behind, but not there: waiting.",
            ]
        )
    }

    @Test func `a test fails with its own error first`() async throws {
        await #expect(throws: CancellationError.self) {
            try await withRoostTest(register: { try $0.register(Sitter.self) }) { test in
                test.expect(.waiting)
                throw CancellationError()
            }
        }
    }
}

/// Does all that can be left behind.
distributed actor Sitter: DurableObject {
    let context: ObjectContext
    private var isSeated = false

    init(context: sending ObjectContext) {
        actorSystem = context.actorSystem
        self.context = context
    }

    private func wait(_ seconds: Int) async {
        let clock = context.clock
        await withCheckedContinuation { continuation in
            clock.schedule(after: .seconds(seconds)) { continuation.resume() }
        }
    }

    distributed func value() throws -> Int { try context.storage.get("value", as: Int.self) ?? 0 }

    distributed func write() throws { try context.storage.put("value", 1) }

    distributed func writeUnconfirmed() throws {
        try context.storage.put("value", 2, options: WriteOptions(allowUnconfirmed: true))
    }

    distributed func giveUp() throws { try context.abort("It does not add up.") }

    distributed func sit(seconds: Int) async throws {
        isSeated = true
        await wait(seconds)
    }

    /// Returns when somebody sits.
    distributed func seated() async throws {
        while !isSeated { try await context.stub(as: Sitter.self).breathe() }
    }

    distributed func breathe() {}

    distributed func workOn() throws {
        try context.waitUntil { try self.write() }
    }

    distributed func block(seconds: Int) async throws {
        try await context.blockConcurrencyWhile { await self.wait(seconds) }
    }
}
