import RoostRuntime
import RoostStorage
import RoostTesting
import Testing

/// `abort`, background work, and what they do to alarms.
struct FailureTests {
    private let test: SteppedTest
    private let recorder = EventRecorder()
    private let object: Guarded
    private let latch = "failure \(UInt64.random(in: 0 ... .max))"

    init() throws {
        var configuration = RoostConfiguration()
        configuration.observer = recorder
        configuration.queuedEventsMax = 20
        test = try SteppedTest(configuration: configuration) {
            try $0.register(Guarded.self)
            try $0.register(Friend.self)
        }
        object = try test.objects(of: Guarded.self).get("a")
    }

    // server-test 2726; sql-test /break
    @Test func `abort resets the object with its reason, and the next call finds a fresh one`() throws {
        #expect(try test.run { try await object.note("before") } == ["before"])
        let error = #expect(throws: RoostError.self) {
            try test.run { try await object.abort("test broken") }
        }
        #expect(error?.message == "test broken")
        #expect(error?.reset == true)
        #expect(error?.retryable == false)
        #expect(error?.overloaded == false)
        #expect(error?.remote == true)
        #expect(recorder.events.contains(.reset("a")))
        #expect(try test.run { try await object.read() } == [])
        // What the turn had written before it gave up is gone.
        #expect(try test.run { try await object.lost() } == nil)
    }

    @Test func `abort without a reason gives the origin's`() throws {
        let error = #expect(throws: RoostError.self) { try test.run { try await object.abort(nil) } }
        #expect(error?.message == "Application called abort() to reset Durable Object.")
    }

    @Test func `who waits at the gate of an object that gives up gets its reason`() throws {
        _ = try test.run { try await object.read() }
        test.disk.holdCommits()
        let writing = test.start { try await object.putLater() }
        test.settle()
        let aborting = test.start { try await object.abort("enough") }
        test.settle()
        for call in [writing, aborting] {
            let error = #expect(throws: RoostError.self) { try call.value() }
            #expect(error?.message == "enough")
        }
        test.disk.releaseCommits()
        test.settle()
    }

    @Test func `a failed run through abort counts, and the alarm runs again`() throws {
        let belfry = try Belfry()
        belfry.onAlarm { bell, invocation in
            if invocation.retryCount == 0 { try bell.context.abort("once") }
        }
        try belfry.set(.seconds(1))
        belfry.test.advance(by: .seconds(100))
        #expect(belfry.rings.map(\.retryCount) == [0, 1])
        #expect(belfry.recorder.events.contains(.reset(belfry.name)))
        #expect(try belfry.durableAlarms().isEmpty)
    }

    @Test func `abandons an alarm when ctx.abort() sets retryAlarm to false`() throws {
        let belfry = try Belfry()
        belfry.onAlarm { bell, _ in try bell.context.abort("never again", retryAlarm: false) }
        try belfry.set(.seconds(1))
        belfry.test.advance(by: .seconds(100))
        #expect(belfry.rings.count == 1)
        #expect(try belfry.alarm() == nil)
        #expect(belfry.recorder.events.contains(.alarmAbandoned(belfry.name)))
    }

    @Test func `preserves an alarm queued while abandonment is pending`() throws {
        let belfry = try Belfry()
        let time = try belfry.set(.seconds(1))
        belfry.onAlarm { bell, invocation in
            guard invocation.scheduledTime == time else { return }
            try bell.storage.setAlarm(after: .seconds(7))
            try await bell.storage.sync()
            try bell.context.abort("never again", retryAlarm: false)
        }
        belfry.test.advance(by: .seconds(100))
        #expect(belfry.rings.map(\.scheduled) == [time, time + .seconds(7)])
        #expect(!belfry.recorder.events.contains(.alarmAbandoned(belfry.name)))
    }

    // alarmRetryCountsAgainstLimit
    @Test func `a user error that broke the gate counts`() throws {
        let belfry = try Belfry()
        belfry.onAlarm { bell, _ in try await bell.failInSection() }
        try belfry.set(.seconds(1))
        belfry.test.advance(by: .seconds(1_000))
        #expect(belfry.rings.map(\.retryCount) == [0, 1, 2, 3, 4, 5, 6])
        #expect(try belfry.durableAlarms().isEmpty)
    }

    @Test func `background work goes on after its call, and keeps the object awake`() throws {
        try test.run { try await object.work(until: latch, failing: false) }
        test.advance(by: .seconds(3_600))
        #expect(test.test.roost.health.liveInstances == 1)
        Latches.shared.open(latch)
        test.settle()
        #expect(try test.run { try await object.read() } == ["worked"])
        test.advance(by: .seconds(60))
        #expect(test.test.roost.health.liveInstances == 0)
    }

    @Test func `background work that fails is reported, and resets nothing`() throws {
        _ = try test.run { try await object.note("before") }
        try test.run { try await object.work(until: latch, failing: true) }
        Latches.shared.open(latch)
        test.settle()
        #expect(recorder.events.contains(.backgroundTaskFailed("a")))
        #expect(!recorder.events.contains(.reset("a")))
        #expect(try test.run { try await object.read() } == ["before"])
    }

    @Test func `what background work tells others waits until its changes are durable`() throws {
        let friend = try test.objects(of: Friend.self).get("f")
        test.disk.holdCommits()
        try test.run { try await object.workAndCall("f") }
        #expect(try test.run { try await friend.greeted() } == 0)
        test.disk.releaseCommits()
        test.settle()
        #expect(try test.run { try await friend.greeted() } == 1)
    }

    @Test func `background work counts towards the limit of events`() throws {
        for _ in 0..<19 { try test.run { try await object.work(until: latch, failing: false) } }
        let error = #expect(throws: RoostError.self) {
            try test.run { try await object.work(until: latch, failing: false) }
        }
        #expect(error?.code == .overloaded)
        Latches.shared.open(latch)
        test.settle()
        #expect(try test.run { try await object.read() }.count == 19)
    }
}

extension Guarded {
    distributed func putLater() throws { try storage.put("later", 1) }
}

extension Bell {
    func failInSection() async throws {
        try await context.blockConcurrencyWhile { throw TestError.refused }
    }
}
