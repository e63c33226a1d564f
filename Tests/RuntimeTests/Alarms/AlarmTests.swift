import RoostRuntime
import RoostStorage
import RoostTesting
import Testing

/// Setting, reading and deleting an alarm, and when it fires.
///
/// The cases of `actor-alarms-test.js`, `actor-alarms-delete-test.js`, `actor-alarms-name-test.js`,
/// `delete-all-deletes-alarm-test.js` and `actor-sqlite-test.c++` carry the origin's names.
struct AlarmTests {
    @Test func `initial alarm value is unset`() throws {
        let belfry = try Belfry()
        #expect(try belfry.alarm() == nil)
    }

    @Test func `can set and get alarm`() throws {
        let belfry = try Belfry()
        let time = belfry.now + .seconds(5)
        let seen = try belfry.inside { _, storage in
            try storage.setAlarm(time)
            return try storage.getAlarm()
        }
        #expect(seen == time)
        #expect(try belfry.alarm() == time)
        #expect(try belfry.durableAlarms() == [time])
    }

    @Test func `the handler runs not before its time, without an alarm, and once`() throws {
        let belfry = try Belfry()
        let time = try belfry.set(.seconds(5))
        belfry.test.advance(by: .milliseconds(4_999))
        #expect(belfry.rings.isEmpty)
        belfry.test.advance(by: .milliseconds(1))
        #expect(
            belfry.rings == [Bell.Ring(scheduled: time, retryCount: 0, at: time, alarm: nil, name: belfry.name)]
        )
        #expect(try belfry.alarm() == nil)
        #expect(try belfry.durableAlarms().isEmpty)
        belfry.test.advance(by: .seconds(1_000))
        #expect(belfry.rings.count == 1)
    }

    @Test func `a delay of any length is an alarm or an error`() throws {
        let belfry = try Belfry()
        for delay in [Duration.seconds(Int64.max), .seconds(Int64.min), .seconds(Int64.min + 1)] {
            #expect(throws: RoostError.self) { try belfry.inside { try $1.setAlarm(after: delay) } }
        }
        #expect(try belfry.durableAlarms().isEmpty)
        // The last moment there is, by a clock that cannot overflow.
        let last = Timestamp(milliseconds: 8_640_000_000_000_000)
        try belfry.inside { try $1.setAlarm(last) }
        #expect(try belfry.durableAlarms() == [last])
    }

    @Test func `can set alarm twice`() throws {
        let belfry = try Belfry()
        let time = belfry.now + .seconds(9)
        try belfry.inside { _, storage in
            try storage.setAlarm(after: .seconds(1))
            try storage.setAlarm(time)
        }
        #expect(try belfry.durableAlarms() == [time])
        belfry.test.advance(by: .seconds(20))
        #expect(belfry.rings.map(\.at) == [time])
    }

    @Test func `can clear alarm`() throws {
        let belfry = try Belfry()
        try belfry.set(.seconds(5))
        try belfry.inside { try $1.deleteAlarm() }
        #expect(try belfry.alarm() == nil)
        #expect(try belfry.durableAlarms().isEmpty)
        belfry.test.advance(by: .seconds(20))
        #expect(belfry.rings.isEmpty)
    }

    @Test func `setting duplicate alarm is no-op`() throws {
        let belfry = try Belfry()
        let time = try belfry.set(.seconds(5))
        let commits = belfry.test.disk.lastCommit
        try belfry.inside { try $1.setAlarm(time) }
        #expect(belfry.test.disk.lastCommit == commits)
        try belfry.inside { try $1.deleteAlarm() }
        let cleared = belfry.test.disk.lastCommit
        try belfry.inside { try $1.deleteAlarm() }
        #expect(belfry.test.disk.lastCommit == cleared)
    }

    @Test func `a time that has passed means now`() throws {
        let belfry = try Belfry()
        belfry.test.advance(by: .seconds(5))
        let now = belfry.now
        let seen = try belfry.inside { _, storage in
            try storage.setAlarm(Timestamp(milliseconds: 1))
            return try storage.getAlarm()
        }
        #expect(seen == now)
        belfry.test.advance(by: .zero)
        #expect(belfry.rings.map(\.scheduled) == [now])
    }

    @Test(arguments: [0, -1, Int64.min, Int64.max])
    func `a time that makes no sense is refused`(milliseconds: Int64) throws {
        let belfry = try Belfry()
        let error = #expect(throws: RoostError.self) {
            try belfry.inside { try $1.setAlarm(Timestamp(milliseconds: milliseconds)) }
        }
        #expect(error?.code == .invalidArgument)
        if milliseconds <= 0 {
            #expect(error?.message == "setAlarm() cannot be called with an alarm time <= 0")
        }
    }

    @Test func `a class without a handler cannot set an alarm`() async throws {
        let test = try RoostTest { try $0.register(Deaf.self) }
        let deaf = try test.objects(of: Deaf.self).get("a")
        let error = await #expect(throws: RoostError.self) { try await deaf.set(1) }
        #expect(error?.message == "Your Durable Object class must have an alarm() handler in order to call setAlarm()")
    }

    @Test func `an object that sleeps is woken, by its name`() throws {
        let belfry = try Belfry()
        try belfry.set(.seconds(100))
        belfry.test.advance(by: .seconds(50))
        #expect(belfry.test.test.roost.health.liveInstances == 0)
        belfry.test.advance(by: .seconds(50))
        #expect(belfry.rings.map(\.name) == [belfry.name])
    }

    @Test func `alarms fire in the order in which they are due, with other timers`() throws {
        let test = try SteppedTest { try $0.register(Bell.self) }
        let bells = try test.objects(of: Bell.self)
        let names = (0..<20).map { "order \($0)" }
        for (index, name) in names.enumerated() {
            let bell = try bells.get(name)
            let delay = Duration.seconds((index * 7) % 20 + 1)
            try test.run { try await test.test.run(in: bell) { try $1.storage.setAlarm(after: delay) } }
        }
        let before = test.test.clock.now
        test.advance(by: .seconds(30))
        for (index, name) in names.enumerated() {
            #expect(Bell.rings(name).map(\.at) == [before + .seconds((index * 7) % 20 + 1)])
        }
    }

    @Test func `a clock that is set back makes alarms wait`() throws {
        let belfry = try Belfry()
        let time = try belfry.set(.seconds(10))
        belfry.test.advance(by: .seconds(5))
        belfry.test.test.clock.stepCivilTime(by: .seconds(-100))
        belfry.test.advance(by: .seconds(104))
        #expect(belfry.rings.isEmpty)
        belfry.test.advance(by: .seconds(1))
        #expect(belfry.rings.map(\.at) == [time])
    }

    @Test func `a clock that is set forward is noticed within a minute`() throws {
        let belfry = try Belfry()
        try belfry.set(.seconds(400))
        belfry.test.test.clock.stepCivilTime(by: .seconds(399))
        belfry.test.advance(by: .seconds(60))
        #expect(belfry.rings.count == 1)
    }

    @Test func `at most one run of an object's alarm at a time`() throws {
        let belfry = try Belfry()
        let gate = OneTimeGate()
        belfry.onAlarm { bell, invocation in
            try bell.storage.setAlarm(after: .seconds(1))
            if invocation.retryCount == 0 { await gate.wait() }
        }
        try belfry.set(.seconds(1))
        belfry.test.advance(by: .seconds(10))
        #expect(belfry.rings.count == 1)
        belfry.onAlarm { _, _ in }
        gate.open()
        belfry.test.advance(by: .zero)
        #expect(belfry.rings.count == 2)
    }
}
