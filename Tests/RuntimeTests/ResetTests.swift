import RoostRuntime
import RoostStorage
import RoostTesting
import Synchronization
import Testing

/// What happens when a commit or an initializer fails.
struct ResetTests {
    @Test func `a failed commit fails the call, resets the object, and loses nothing acknowledged`() async throws {
        let recorder = EventRecorder()
        var configuration = RoostConfiguration()
        configuration.observer = recorder
        let test = try RoostTest(configuration: configuration) { try $0.register(Counter.self) }
        let counter = try test.objects(of: Counter.self).get("a")
        #expect(try await counter.increment() == 1)
        test.disk.failCommits(1, with: StorageError(.diskFull, "The disk is full."))
        let error = await #expect(throws: RoostError.self) { try await counter.increment() }
        #expect(error?.code == .objectReset)
        #expect(error?.reset == true)
        #expect(error?.retryable == true)
        #expect(error?.underlying?.code == .diskFull)
        #expect(recorder.events.contains(.reset("a")))
        // The same stub works: it reaches a fresh instance that starts from what is durable.
        #expect(try await counter.touch() == 1)
        #expect(try await counter.increment() == 2)
    }

    // Found by the simulator: catalog, seed 1.
    @Test func `an instance that was reset while it started is never announced, and is let go`() throws {
        let recorder = EventRecorder()
        var configuration = RoostConfiguration()
        configuration.observer = recorder
        let test = try SteppedTest(configuration: configuration) { try $0.register(Late.self) }
        let late = try test.objects(of: Late.self).get("a")
        let call = test.start { try await late.nothing() }
        test.settle()
        try test.test.crash()
        test.settle()
        #expect(throws: RoostError.self) { try call.value() }
        Late.gate.open()
        test.settle()
        #expect(recorder.events == [.reset("a")])
        #expect(Late.alive.withLock { $0 } == 0)
    }

    @Test func `everything that waits on a failed commit fails with it`() throws {
        let test = try SteppedTest { try $0.register(Counter.self) }
        let counter = try test.objects(of: Counter.self).get("a")
        #expect(try test.run { try await counter.increment() } == 1)
        test.disk.holdCommits()
        let first = test.start { try await counter.increment() }
        test.settle()
        let second = test.start { try await counter.increment() }
        let reader = test.start { try await counter.value() }
        test.settle()
        test.disk.failCommits(1, with: StorageError(.diskFull, "The disk is full."))
        test.disk.releaseCommits()
        test.settle()
        for call in [first, second, reader] {
            let error = #expect(throws: RoostError.self) { try call.value() }
            #expect(error?.code == .objectReset)
        }
        #expect(try test.run { try await counter.value() } == 1)
    }

    @Test func `a sync that fails ends all writing, and reading goes on`() async throws {
        let test = try RoostTest { try $0.register(Counter.self) }
        let counters = try test.objects(of: Counter.self)
        _ = try await counters.get("a").increment()
        test.disk.failSync()
        await #expect(throws: RoostError.self) { try await counters.get("a").increment() }
        let error = await #expect(throws: RoostError.self) { try await counters.get("b").increment() }
        #expect(error?.underlying?.code == .halted)
        #expect(error?.retryable == false)
        #expect(try await counters.get("a").value() == 1)
    }

    @Test func `an initializer that throws answers its callers, and the next call tries again`() async throws {
        let test = try RoostTest { try $0.register(Fragile.self) }
        let object = try test.objects(of: Fragile.self).get("fragile")
        Fragile.failures.withLock { $0["fragile"] = 1 }
        await #expect(throws: TestError.refused) { try await object.notes() }
        // What the failed initializer had written is gone.
        #expect(try await object.notes() == 1)
        #expect(try await object.notes() == 1)
    }

    @Test func `everybody who waited for a failed initializer gets its error`() async throws {
        let test = try RoostTest { try $0.register(Fragile.self) }
        let object = try test.objects(of: Fragile.self).get("slow")
        Fragile.failures.withLock { $0["slow"] = 1 }
        let calls = (0..<5).map { _ in Task { try await object.notes() } }
        var refused = 0
        for call in calls {
            if case .failure(let error) = await call.result, error is TestError { refused += 1 }
        }
        #expect(refused >= 1)
        #expect(try await object.notes() == 1)
    }

    @Test func `storage used after its instance has gone refuses`() async throws {
        let test = try RoostTest { try $0.register(Leaky.self) }
        let leaky = try test.objects(of: Leaky.self).get("a")
        try await leaky.workLater("leak")
        await Latches.shared.waiters("leak", reach: 1)
        test.clock.advance(by: .seconds(30))
        #expect(test.roost.health.liveInstances == 0)
        Latches.shared.open("leak")
        await Latches.shared.wait("leak done")
        #expect(Leaky.outcome.withLock { $0 } == .instanceGone)
    }
}

/// Fails in its initializer as often as it is told to.
distributed actor Fragile: DurableObject {
    static let failures = Mutex<[String: Int]>([:])
    let storage: ObjectStorage

    init(context: ObjectContext) async throws {
        actorSystem = context.actorSystem
        storage = context.storage
        try storage.put("notes", (try storage.get("notes", as: Int.self) ?? 0) + 1)
        let name = context.id.name ?? ""
        let fails = Self.failures.withLock { failures in
            guard let left = failures[name], left > 0 else { return false }
            failures[name] = left - 1
            return true
        }
        if fails { throw TestError.refused }
    }

    distributed func notes() throws -> Int { try storage.get("notes", as: Int.self) ?? 0 }
}

/// Starts work that outlives the call, which it should not.
distributed actor Leaky: DurableObject {
    static let outcome = Mutex<RoostError.Code?>(nil)
    let storage: ObjectStorage

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
    }

    distributed func workLater(_ latch: String) {
        Task {
            await Latches.shared.wait(latch)
            do throws(RoostError) {
                try storage.put("late", 1)
            } catch {
                Self.outcome.withLock { $0 = error.code }
            }
            Latches.shared.open(latch + " done")
        }
    }
}

/// Its initializer waits until it is let go; counts those that are in memory.
distributed actor Late: DurableObject {
    static let gate = OneTimeGate()
    static let alive = Mutex(0)

    init(context: ObjectContext) async {
        actorSystem = context.actorSystem
        Self.alive.withLock { $0 += 1 }
        await Self.gate.wait()
    }

    deinit { Self.alive.withLock { $0 -= 1 } }

    distributed func nothing() {}
}
