import RoostRuntime
import RoostStorage
import RoostTesting
import Synchronization
import Testing

/// What keeps an object awake, what puts it to sleep early, and who goes first.
struct AwakeTests {
    private let latch = "awake \(UInt64.random(in: 0 ... .max))"

    private func stepped() throws -> SteppedTest {
        try SteppedTest {
            try $0.register(Guarded.self)
            try $0.register(Friend.self)
            try $0.register(Counter.self)
            try $0.register(Newborn.self)
        }
    }

    private func open(_ test: SteppedTest) {
        Latches.shared.open(latch)
        test.settle()
    }

    @Test func `a call that waits elsewhere keeps its object awake, and the object it waits for`() throws {
        let test = try stepped()
        let object = try test.objects(of: Guarded.self).get("a")
        let call = test.start { try await object.ask("f", until: latch) }
        test.advance(by: .seconds(3_600))
        #expect(test.test.roost.health.liveInstances == 2)
        open(test)
        #expect(call.isDone)
        test.advance(by: .seconds(10))
        #expect(test.test.roost.health.liveInstances == 0)
    }

    @Test func `a section keeps its object awake, for as long as it may last`() throws {
        let test = try stepped()
        let object = try test.objects(of: Guarded.self).get("a")
        let call = test.start { try await object.section("s", until: latch) }
        test.advance(by: .seconds(29))
        #expect(test.test.roost.health.liveInstances == 1)
        open(test)
        #expect(call.isDone)
        test.advance(by: .seconds(10))
        #expect(test.test.roost.health.liveInstances == 0)
    }

    @Test func `an initializer keeps its object`() throws {
        let test = try stepped()
        let object = try test.objects(of: Newborn.self).get("loads " + latch)
        let call = test.start { try await object.read() }
        test.advance(by: .seconds(20))
        #expect(test.test.roost.health.liveInstances == 1)
        Latches.shared.open("loads " + latch)
        test.settle()
        #expect(try call.value() == 7)
    }

    @Test func `a run of its alarm keeps an object awake`() throws {
        let belfry = try Belfry()
        belfry.onAlarm { [latch] _, _ in await Latches.shared.wait(latch) }
        try belfry.set(.seconds(1))
        belfry.test.advance(by: .seconds(600))
        #expect(belfry.test.test.roost.health.liveInstances == 1)
        #expect(belfry.rings.count == 1)
        open(belfry.test)
        belfry.test.advance(by: .seconds(10))
        #expect(belfry.test.test.roost.health.liveInstances == 0)
    }

    @Test func `changes that are not durable keep an object awake`() throws {
        let test = try stepped()
        let counter = try test.objects(of: Counter.self).get("a")
        test.disk.holdCommits()
        try test.run { try await counter.putUnconfirmed(3) }
        test.advance(by: .seconds(60))
        #expect(test.test.roost.health.liveInstances == 1)
        test.disk.releaseCommits()
        test.advance(by: .seconds(20))
        #expect(test.test.roost.health.liveInstances == 0)
    }

    @Test func `neither stubs nor alarms that are not due keep an object awake`() throws {
        let belfry = try Belfry()
        let bell = try belfry.bell()
        try belfry.set(.seconds(3_600))
        belfry.test.advance(by: .seconds(11))
        #expect(belfry.test.test.roost.health.liveInstances == 0)
        #expect(try belfry.test.run { try await bell.ping() } == 1)
    }

    // MARK: Early

    /// So many counters, each touched in its turn, a millisecond apart.
    private func touched(
        _ count: Int,
        _ configuration: RoostConfiguration
    ) async throws -> (RoostTest, ObjectNamespace<Counter>) {
        let test = try RoostTest(configuration: configuration) { try $0.register(Counter.self) }
        let counters = try test.objects(of: Counter.self)
        for index in 0..<count {
            _ = try await counters.get("\(index)").touch()
            test.clock.advance(by: .milliseconds(1))
        }
        return (test, counters)
    }

    @Test func `when too many are awake, those idle for longest make room`() async throws {
        var configuration = RoostConfiguration()
        configuration.liveInstancesMax = 200
        configuration.idleTime = .seconds(60)
        let (test, counters) = try await touched(200, configuration)
        // The first that were made are used again, so they are the youngest.
        for index in 0..<100 { #expect(try await counters.get("\(index)").touch() == 2) }
        _ = try await counters.get("one more").touch()
        // 64 made room: the oldest of those that were touched once.
        for index in 0..<100 { #expect(try await counters.get("\(index)").touch() == 3) }
        for index in 164..<200 { #expect(try await counters.get("\(index)").touch() == 2) }
        #expect(try await counters.get("100").touch() == 1)
        #expect(test.roost.health.liveInstances <= 200)
    }

    @Test func `when the memory runs short, those idle for longest go to sleep`() async throws {
        let gauge = TestGauge()
        var configuration = RoostConfiguration()
        configuration.memoryGauge = gauge
        configuration.residentBytesMax = 1 << 30
        configuration.idleTime = .seconds(60)
        let (test, counters) = try await touched(800, configuration)
        #expect(test.roost.health.liveInstances == 800)
        gauge.bytes.withLock { $0 = 2 << 30 }
        // It is looked at once in 256 starts.
        for index in 800..<1_056 { _ = try await counters.get("\(index)").touch() }
        let live = test.roost.health.liveInstances
        #expect(live < 1_056 - 90)
        #expect(live > 1_056 - 300)
        // The oldest are gone, the youngest are there.
        for index in 0..<50 { #expect(try await counters.get("\(index)").touch() == 1) }
        #expect(try await counters.get("1055").touch() == 2)
    }

    @Test func `objects that are busy do not make room, and past the limit callers are told`() async throws {
        var configuration = RoostConfiguration()
        configuration.liveInstancesMax = 4
        let test = try RoostTest(configuration: configuration) { try $0.register(Waiting.self) }
        let waiting = try test.objects(of: Waiting.self)
        let calls = (0..<4).map { index in Task { try await waiting.get("\(index)").wait(for: latch) } }
        await Latches.shared.waiters(latch, reach: 4)
        let error = await #expect(throws: RoostError.self) { try await waiting.get("4").wait(for: latch) }
        #expect(error?.code == .overloaded)
        #expect(error?.overloaded == true)
        Latches.shared.open(latch)
        for call in calls { #expect(try await call.value == 1) }
        #expect(try await waiting.get("4").wait(for: latch) == 1)
    }
}

/// Memory as the test says.
private final class TestGauge: MemoryGauge {
    let bytes = Mutex(0)

    var residentBytes: Int { bytes.withLock { $0 } }
}
