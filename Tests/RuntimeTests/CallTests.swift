import RoostRuntime
import RoostStorage
import RoostTesting
import Synchronization
import Testing

struct CallTests {
    @Test func `a counter counts, sleeps and goes on counting`() async throws {
        let recorder = EventRecorder()
        var configuration = RoostConfiguration()
        configuration.observer = recorder
        let test = try RoostTest(configuration: configuration) { try $0.register(Counter.self) }
        let counter = try test.objects(of: Counter.self).get("acme:hits")
        #expect(try await counter.increment() == 1)
        #expect(try await counter.increment(by: 4) == 5)
        #expect(try await counter.touch() == 1)
        test.clock.advance(by: .seconds(9))
        #expect(try await counter.touch() == 2)
        test.clock.advance(by: .seconds(11))
        #expect(recorder.events == [.started("acme:hits"), .stopped("acme:hits")])
        #expect(try await counter.touch() == 1)
        #expect(try await counter.value() == 5)
        #expect(test.roost.health.liveInstances == 1)
    }

    @Test func `a stub costs nothing and wakes nothing`() throws {
        let test = try RoostTest { try $0.register(Counter.self) }
        _ = try test.objects(of: Counter.self).get("a")
        #expect(test.roost.health.liveInstances == 0)
    }

    @Test func `what was acknowledged survives a crash`() async throws {
        let test = try RoostTest { try $0.register(Counter.self) }
        for number in 1...20 { #expect(try await test.objects(of: Counter.self).get("a").increment() == number) }
        try test.crash()
        #expect(try await test.objects(of: Counter.self).get("a").value() == 20)
    }

    @Test func `concurrent calls to one object lose nothing`() async throws {
        let test = try RoostTest { try $0.register(Counter.self) }
        let counter = try test.objects(of: Counter.self).get("a")
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<500 { group.addTask { try await counter.increment() } }
            var seen: Set<Int> = []
            for try await value in group { seen.insert(value) }
            #expect(seen == Set(1...500))
        }
    }

    @Test func `a batch is sealed on the actor, never beside a running turn`() async throws {
        // Long turns that change many keys one after the other: a batch sealed in the middle would split them.
        let test = try RoostTest { try $0.register(Counter.self) }
        let seen = BatchSizes()
        test.disk.observeCommits { _, batches in seen.add(batches.map(\.changes.count)) }
        let counter = try test.objects(of: Counter.self).get("a")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for turn in 0..<100 { group.addTask { try await counter.fill(64, with: turn) } }
            try await group.waitForAll()
        }
        #expect(!seen.all.isEmpty)
        #expect(seen.all.allSatisfy { $0 == 64 })
    }

    @Test func `many objects at once keep to themselves`() async throws {
        let test = try RoostTest { try $0.register(Counter.self) }
        let counters = try test.objects(of: Counter.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<200 {
                group.addTask {
                    let counter = try counters.get("object \(index)")
                    for _ in 0..<5 { _ = try await counter.increment(by: index) }
                }
            }
            try await group.waitForAll()
        }
        for index in 0..<200 { #expect(try await counters.get("object \(index)").value() == 5 * index) }
    }

    @Test func `an error of the object reaches its caller as it was thrown, and resets nothing`() async throws {
        let test = try RoostTest { try $0.register(Counter.self) }
        let counter = try test.objects(of: Counter.self).get("a")
        _ = try await counter.touch()
        await #expect(throws: TestError.refused) { try await counter.writeAndThrow(7) }
        #expect(try await counter.value() == 7)
        #expect(try await counter.touch() == 2)
    }

    @Test func `unregistered and doubly registered classes are refused`() throws {
        let test = try RoostTest { try $0.register(Counter.self) }
        #expect(throws: RoostError.self) { try test.objects(of: Box.self) }
        let error = #expect(throws: RoostError.self) { try test.roost.register(Counter.self) }
        #expect(error?.code == .classConflict)
    }

    @Test func `a class keeps its storage kind`() throws {
        let disk = MemoryDisk()
        _ = try RoostTest(disk: disk) { try $0.register(Counter.self, storage: .keyValue) }
        #expect(throws: RoostError.self) {
            try RoostTest(disk: disk) { try $0.register(Counter.self, storage: .sql) }
        }
    }

    @Test func `past its limit an object says that it is overloaded, and recovers`() async throws {
        var configuration = RoostConfiguration()
        configuration.queuedEventsMax = 8
        let test = try RoostTest(configuration: configuration) { try $0.register(Waiting.self) }
        let object = try test.objects(of: Waiting.self).get("a")
        let calls = (0..<8).map { _ in Task { try await object.wait(for: "overload") } }
        await Latches.shared.waiters("overload", reach: 8)
        let error = await #expect(throws: RoostError.self) { try await object.wait(for: "overload") }
        #expect(error?.code == .overloaded)
        #expect(error?.overloaded == true)
        #expect(error?.remote == true)
        Latches.shared.open("overload")
        for call in calls { #expect(try await call.value == 1) }
        #expect(try await object.wait(for: "overload") == 1)
    }

    @Test func `an object in the middle of a call is not put to sleep`() async throws {
        let test = try RoostTest { try $0.register(Waiting.self) }
        let object = try test.objects(of: Waiting.self).get("a")
        let call = Task { try await object.wait(for: "no sleep") }
        await Latches.shared.waiters("no sleep", reach: 1)
        test.clock.advance(by: .seconds(60))
        #expect(test.roost.health.liveInstances == 1)
        Latches.shared.open("no sleep")
        _ = try await call.value
        test.clock.advance(by: .seconds(60))
        #expect(test.roost.health.liveInstances == 0)
    }

    @Test func `when too many objects are awake, the idle ones make room`() async throws {
        var configuration = RoostConfiguration()
        configuration.liveInstancesMax = 50
        let test = try RoostTest(configuration: configuration) { try $0.register(Counter.self) }
        let counters = try test.objects(of: Counter.self)
        for index in 0..<300 {
            _ = try await counters.get("\(index)").increment()
            #expect(test.roost.health.liveInstances <= 50)
        }
        #expect(try await counters.get("0").value() == 1)
    }

    @Test func `after shutdown has begun, calls from outside are refused and everything sleeps`() async throws {
        let test = try RoostTest { try $0.register(Counter.self) }
        let counter = try test.objects(of: Counter.self).get("a")
        _ = try await counter.increment()
        #expect(await test.roost.shutdown(limit: .zero))
        let error = await #expect(throws: RoostError.self) { try await counter.increment() }
        #expect(error?.code == .shuttingDown)
        #expect(test.roost.health.liveInstances == 0)
    }
}

/// The number of changes in each batch that was committed.
private final class BatchSizes: Sendable {
    private let sizes = Mutex<[Int]>([])

    var all: [Int] { sizes.withLock { $0 } }

    func add(_ more: [Int]) { sizes.withLock { $0 += more } }
}
