import RoostRuntime
import RoostStorage
import RoostTesting
import Testing

/// Alarms: cases of `actor-alarms-test.js`, `alarm-scheduler-test.c++`, `actor-sqlite-test.c++` and
/// `alarm-retry-test.c++` that the tests of `Alarms` do not show, under their names.
struct AlarmCasesTests {
    private let belfry: Belfry

    init() throws { belfry = try Belfry() }

    @Test func `actor-alarms-test - set, read back, not early, null inside and afterwards`() throws {
        let time = try belfry.set(.milliseconds(1_500))
        #expect(try belfry.alarm() == time)
        belfry.test.advance(by: .seconds(2))
        let ring = try #require(belfry.rings.first)
        #expect(belfry.rings.count == 1)
        #expect(ring.at >= time)
        #expect(ring.alarm == nil)
        #expect(ring.scheduled == time)
        #expect(try belfry.alarm() == nil)
    }

    @Test func `actor-alarms-delete-test - an alarm deleted before its time never fires`() throws {
        try belfry.set(.seconds(5))
        try belfry.inside { try $1.deleteAlarm() }
        belfry.test.advance(by: .seconds(100))
        #expect(belfry.rings.isEmpty)
    }

    @Test func `actor-alarms-name-test - the cold-started handler sees its name`() throws {
        try belfry.set(.seconds(60))
        belfry.test.advance(by: .seconds(30))
        #expect(belfry.test.test.roost.health.liveInstances == 0)
        belfry.test.advance(by: .seconds(31))
        #expect(belfry.rings.map(\.name) == [belfry.name])
    }

    @Test func `persists actor_name and preserves it across a nameless update`() throws {
        let time = try belfry.set(.seconds(60))
        belfry.test.advance(by: .seconds(30))
        let bells = try belfry.test.objects(of: Bell.self)
        let nameless = try bells.get(bells.id(fromString: bells.id(fromName: belfry.name).description))
        let test = belfry.test.test
        let name = try belfry.test.run {
            try await test.run(in: nameless) { bell, context in
                try context.storage.setAlarm(time + .seconds(10))
                return context.id.name
            }
        }
        #expect(name == nil)
        belfry.test.advance(by: .seconds(20))
        belfry.test.advance(by: .seconds(60))
        #expect(belfry.rings.map(\.name) == [belfry.name])
        #expect(belfry.rings.map(\.scheduled) == [time + .seconds(10)])
    }

    @Test func `restores the persisted actor_name onto the ActorKey when an alarm fires`() throws {
        try belfry.set(.seconds(60))
        try belfry.test.test.crash()
        belfry.test.advance(by: .seconds(61))
        #expect(belfry.rings.map(\.name) == [belfry.name])
    }

    @Test func `tells alarm handler to reschedule when handler alarm is later than committed alarm`() throws {
        let first = try belfry.set(.seconds(60))
        try belfry.inside { try $1.setAlarm(first - .seconds(30)) }
        belfry.test.advance(by: .seconds(100))
        #expect(belfry.rings.map(\.scheduled) == [first - .seconds(30)])
    }

    @Test func `tells alarm handler to reschedule when handler alarm is earlier than committed alarm`() throws {
        let first = try belfry.set(.seconds(60))
        try belfry.inside { try $1.setAlarm(first + .seconds(30)) }
        belfry.test.advance(by: .seconds(89))
        #expect(belfry.rings.isEmpty)
        belfry.test.advance(by: .seconds(2))
        #expect(belfry.rings.map(\.scheduled) == [first + .seconds(30)])
    }

    @Test func `runs overdue alarm immediately when local alarm time is in the past`() throws {
        let past = belfry.now - .seconds(1_000)
        try belfry.inside { try $1.setAlarm(past) }
        belfry.test.advance(by: .zero)
        #expect(belfry.rings.map(\.scheduled) == [belfry.now])
    }

    @Test func `alarm handler cleanup succeeds when output gate is broken`() throws {
        belfry.onAlarm { bell, invocation in
            guard invocation.retryCount == 0 else { return }
            try await bell.failInSection()
        }
        try belfry.set(.seconds(1))
        belfry.test.advance(by: .seconds(100))
        #expect(belfry.rings.map(\.retryCount) == [0, 1])
        #expect(try belfry.alarm() == nil)
    }

    @Test func `canceling deferred alarm deletion outside handler has no effect`() throws {
        try belfry.set(.seconds(1))
        belfry.test.advance(by: .seconds(2))
        #expect(throws: TestError.refused) { try belfry.inside { _, _ in throw TestError.refused } }
        belfry.test.advance(by: .seconds(1_000))
        #expect(belfry.rings.count == 1)
        #expect(try belfry.alarm() == nil)
    }

    @Test func `ActorSqlite alarm cleared by abandonAlarm`() throws {
        belfry.onAlarm { _, _ in throw TestError.refused }
        try belfry.set(.seconds(1))
        belfry.test.advance(by: .seconds(1_000))
        #expect(belfry.rings.count == 7)
        #expect(try belfry.alarm() == nil)
        #expect(try belfry.durableAlarms().isEmpty)
        #expect(belfry.recorder.events.contains(.alarmAbandoned(belfry.name)))
    }

    @Test func `ActorSqlite alarm preserved after ALARM_RETRY_MAX_TRIES uncounted (internal) failures`() throws {
        let time = try belfry.set(.seconds(1))
        let disk = belfry.test.disk
        belfry.onAlarm { bell, _ in
            disk.failCommits(1, with: StorageError(.diskFull, "The disk is full."))
            try bell.storage.put("a", 1)
        }
        belfry.test.advance(by: .seconds(100_000))
        #expect(belfry.rings.count > 50)
        #expect(belfry.rings.allSatisfy { $0.retryCount == 0 })
        #expect(try belfry.alarm() == time)
        #expect(!belfry.recorder.events.contains(.alarmAbandoned(belfry.name)))
    }

    @Test func `alarmRetryCountsAgainstLimit - a resource-limit breach that broke the gate counts`() throws {
        let test = try Belfry { $0.alarmTimeMax = .seconds(1) }
        test.onAlarm { _, _ in await Latches.shared.wait("never opened") }
        try test.set(.seconds(1))
        test.test.advance(by: .seconds(1_000))
        #expect(test.rings.map(\.retryCount) == [0, 1, 2, 3, 4, 5, 6])
        #expect(try test.durableAlarms().isEmpty)
    }

    @Test func `alarmRetryCountsAgainstLimit - failures without a broken output gate always count`() throws {
        belfry.onAlarm { _, _ in throw TestError.refused }
        try belfry.set(.seconds(1))
        belfry.test.advance(by: .seconds(1_000))
        #expect(belfry.rings.map(\.retryCount) == [0, 1, 2, 3, 4, 5, 6])
        #expect(!belfry.recorder.events.contains(.reset(belfry.name)))
    }

    @Test func `delete_all_deletes_alarm on and off`() throws {
        let time = try belfry.set(.seconds(100))
        try belfry.inside { _, storage in
            try storage.put("a", 1)
            try storage.deleteAll(keepingAlarm: true)
        }
        #expect(try belfry.alarm() == time)
        #expect(try belfry.inside { try $1.get("a", as: Int.self) } == nil)
        try belfry.inside { _, storage in
            try storage.put("a", 1)
            try storage.deleteAll()
        }
        #expect(try belfry.alarm() == nil)
        belfry.test.advance(by: .seconds(1_000))
        #expect(belfry.rings.isEmpty)
    }

    // fixtures: alarm
    @Test func `immediately executes alarm`() throws {
        try belfry.set(.seconds(3_600))
        let (test, bell) = (belfry.test.test, try belfry.bell())
        #expect(try belfry.test.run { try await test.runAlarm(of: bell) })
        #expect(belfry.rings.count == 1)
        #expect(try !belfry.test.run { try await test.runAlarm(of: bell) })
    }

    // What an alarm tells others goes through the same gate as everything else.
    @Test func `what an alarm handler tells another object waits until its changes are durable`() throws {
        let other = try belfry.test.objects(of: Bell.self).get("friend of " + belfry.name)
        belfry.onAlarm { bell, _ in
            try bell.storage.put("rung", true)
            _ = try await other.ping()
        }
        try belfry.set(.seconds(1))
        belfry.test.disk.holdCommits()
        belfry.test.advance(by: .seconds(2))
        // The other object was not even woken.
        #expect(belfry.rings.count == 1)
        #expect(belfry.test.test.roost.health.liveInstances == 1)
        belfry.test.disk.releaseCommits()
        belfry.test.advance(by: .zero)
        #expect(belfry.test.test.roost.health.liveInstances == 2)
        #expect(try belfry.durableAlarms().isEmpty)
    }
}
