import RoostRuntime
import RoostTesting
import Testing

/// Who goes when a critical section ends, in whatever order the tasks run.
struct SectionOrderTests {
    private let test: SteppedTest
    private let object: Guarded
    private let latch = "order \(UInt64.random(in: 0 ... .max))"

    private init(seed: UInt64) throws {
        test = try SteppedTest(seed: seed) {
            try $0.register(Guarded.self)
            try $0.register(Friend.self)
            try $0.register(Newborn.self)
        }
        object = try test.objects(of: Guarded.self).get("a")
    }

    init() throws { try self.init(seed: 1) }

    private static let seeds = 1...32 as ClosedRange<UInt64>

    private func start(_ body: @escaping @Sendable (Guarded) async throws -> Void) -> Pending<Void> {
        let pending = test.start { try await body(object) }
        test.settle()
        return pending
    }

    private func open(_ latch: String) {
        Latches.shared.open(latch)
        test.settle()
    }

    @Test(arguments: Self.seeds)
    func `who has waited for his section goes on before the next one begins`(seed: UInt64) throws {
        let world = try Self(seed: seed)
        // Both are inside before the first of them asks for a section.
        let calls = ["1", "2"].map { name in
            world.test.start { try await world.object.sectionThenNote(name, until: world.latch) }
        }
        world.open(world.latch)
        for call in calls { try call.value() }
        let notes = try world.test.run { try await world.object.read() }
        let first = notes.first == "1 begins" ? ["1", "2"] : ["2", "1"]
        #expect(notes == first.flatMap { ["\($0) begins", "\($0) ends", "\($0) after"] })
    }

    @Test(arguments: Self.seeds)
    func `a section of an event that was let in comes before the events behind it`(seed: UInt64) throws {
        let world = try Self(seed: seed)
        let holding = world.start { try await $0.section("s", until: world.latch) }
        let behind = world.start { try await $0.sectionThenNote("1", until: world.latch) }
        let last = world.start { _ = try await $0.note("x") }
        world.open(world.latch)
        for call in [holding, behind, last] { try call.value() }
        let notes = try world.test.run { try await world.object.read() }
        #expect(notes == ["s begins", "s ends", "1 begins", "1 ends", "1 after", "x"])
    }

    @Test func `two who ask for sections all the time keep nobody out`() throws {
        let busy = ["1", "2"].map { name in start { try await $0.sections(name, 20, until: latch) } }
        let outside = start { _ = try await $0.note("x") }
        open(latch)
        for call in busy { try call.value() }
        try outside.value()
        let notes = try test.run { try await object.read() }
        let place = try #require(notes.firstIndex(of: "x"))
        #expect(place < 20, "\(notes)")
    }

    @Test func `an answer waits for a section although nobody waits for the answer any more`() throws {
        let asking = start { try await $0.ask("f", until: latch + "f") }
        let section = start { try await $0.section("s", until: latch) }
        asking.cancel()
        open(latch + "f")
        #expect(!asking.isDone)
        open(latch)
        #expect(section.isDone)
        #expect(asking.isDone)
        #expect(try test.run { try await object.read() } == ["s begins", "s ends", "answered"])
    }

    @Test func `an instance that is reset before its first step does nothing`() throws {
        let call = test.start { _ = try await test.objects(of: Newborn.self).get("writes and calls").read() }
        // The call has made the instance, whose own task has not run.
        while test.test.roost.health.liveInstances == 0 { _ = test.executor.runNext() }
        test.test.roost.abortAll()
        test.settle()
        #expect(throws: (any Error).self) { try call.value() }
        #expect(try test.run { try await test.objects(of: Friend.self).get("of newborn").greeted() } == 0)
    }
}
