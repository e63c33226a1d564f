import RoostRuntime
import RoostStorage
import RoostTesting
import Synchronization
import Testing

/// What a handler sees of the alarm, and what becomes of it.
struct AlarmHandlerTests {
    @Test func `getAlarm() returns null during handler`() throws {
        let belfry = try Belfry()
        try belfry.set(.seconds(1))
        belfry.test.advance(by: .seconds(1))
        #expect(belfry.rings.map(\.alarm) == [nil])
    }

    @Test func `alarm handler handle clears alarm when dropped with no writes`() throws {
        let belfry = try Belfry()
        try belfry.set(.seconds(1))
        belfry.test.advance(by: .seconds(1))
        #expect(try belfry.durableAlarms().isEmpty)
        #expect(try belfry.alarm() == nil)
    }

    @Test func `alarm deleter does not clear alarm when dropped with writes`() throws {
        let belfry = try Belfry()
        let first = try belfry.set(.seconds(1))
        belfry.onAlarm { bell, invocation in
            guard invocation.scheduledTime == first else { return }
            try bell.storage.setAlarm(after: .seconds(3))
        }
        belfry.test.advance(by: .seconds(1))
        #expect(try belfry.alarm() == first + .seconds(3))
        belfry.test.advance(by: .seconds(10))
        #expect(belfry.rings.map(\.at) == [first, first + .seconds(3)])
    }

    @Test func `an alarm set in the handler to the very time that fired fires again`() throws {
        let belfry = try Belfry()
        let time = try belfry.set(.seconds(1))
        belfry.onAlarm { bell, _ in
            if Bell.rings(bell.context.id.name ?? "").count == 1 { try bell.storage.setAlarm(time) }
        }
        belfry.test.advance(by: .seconds(1))
        #expect(belfry.rings.map(\.at) == [time, time])
    }

    // actor-alarms-delete-test.js
    @Test func `deleteAlarm() inside the handler is a harmless no-op`() throws {
        let belfry = try Belfry()
        belfry.onAlarm { bell, _ in try bell.storage.deleteAlarm() }
        try belfry.set(.seconds(1))
        belfry.test.advance(by: .seconds(100))
        #expect(belfry.rings.count == 1)
        #expect(try belfry.durableAlarms().isEmpty)
    }

    // actor-alarms-delete-test.js
    @Test func `setAlarm then deleteAlarm inside the handler removes the queued alarm`() throws {
        let belfry = try Belfry()
        let inside = Mutex<[Timestamp?]>([])
        belfry.onAlarm { bell, _ in
            try bell.storage.setAlarm(after: .milliseconds(50))
            try bell.storage.deleteAlarm()
            let alarm = try bell.storage.getAlarm()
            inside.withLock { $0.append(alarm) }
        }
        try belfry.set(.seconds(1))
        belfry.test.advance(by: .seconds(100))
        #expect(belfry.rings.count == 1)
        #expect(inside.withLock { $0 } == [nil])
        #expect(try belfry.alarm() == nil)
    }

    @Test func `can cancel deferred alarm deletion during handler`() throws {
        let belfry = try Belfry()
        belfry.onAlarm { _, _ in throw TestError.refused }
        let time = try belfry.set(.seconds(1))
        belfry.test.advance(by: .seconds(1))
        // While it waits for its retry, it is still set to its first time.
        #expect(try belfry.alarm() == time)
        #expect(try belfry.durableAlarms().allSatisfy { $0 > time })
    }

    @Test func `an alarm set in a handler that then fails stands, and the failed run is not repeated`() throws {
        let belfry = try Belfry()
        belfry.onAlarm { bell, invocation in
            guard Bell.rings(bell.context.id.name ?? "").count == 1 else { return }
            try bell.storage.setAlarm(after: .seconds(30))
            throw TestError.refused
        }
        let time = try belfry.set(.seconds(1))
        belfry.test.advance(by: .seconds(100))
        #expect(belfry.rings.map(\.at) == [time, time + .seconds(30)])
        #expect(belfry.rings.map(\.retryCount) == [0, 0])
    }

    @Test func `deleteAll with deleteAlarm during alarm handler cancels deferred delete`() throws {
        let belfry = try Belfry()
        belfry.onAlarm { bell, _ in
            try bell.storage.deleteAll()
            throw TestError.refused
        }
        try belfry.set(.seconds(1))
        belfry.test.advance(by: .seconds(100))
        // The alarm is gone with everything else, so there is nothing to retry.
        #expect(belfry.rings.count == 1)
        #expect(try belfry.durableAlarms().isEmpty)
    }

    @Test func `deleteAll without deleteAlarm during alarm handler still has deferred delete`() throws {
        let belfry = try Belfry()
        belfry.onAlarm { bell, _ in try bell.storage.deleteAll(keepingAlarm: true) }
        try belfry.set(.seconds(1))
        belfry.test.advance(by: .seconds(100))
        #expect(belfry.rings.count == 1)
        #expect(try belfry.durableAlarms().isEmpty)
    }

    @Test func `rolling back transaction leaves deferred alarm deletion in expected state`() throws {
        let belfry = try Belfry()
        let inside = Mutex<[Timestamp?]>([])
        belfry.onAlarm { bell, _ in
            do {
                try bell.storage.transaction {
                    try bell.storage.setAlarm(after: .seconds(5))
                    throw TestError.refused
                }
            } catch TestError.refused {}
            let alarm = try bell.storage.getAlarm()
            inside.withLock { $0.append(alarm) }
        }
        try belfry.set(.seconds(1))
        belfry.test.advance(by: .seconds(100))
        #expect(inside.withLock { $0 } == [nil])
        #expect(belfry.rings.count == 1)
        #expect(try belfry.durableAlarms().isEmpty)
    }

    @Test func `committing transaction leaves deferred alarm deletion in expected state`() throws {
        let belfry = try Belfry()
        let time = try belfry.set(.seconds(1))
        belfry.onAlarm { bell, invocation in
            guard invocation.scheduledTime == time else { return }
            try bell.storage.transaction { try bell.storage.setAlarm(after: .seconds(5)) }
        }
        belfry.test.advance(by: .seconds(1))
        #expect(try belfry.durableAlarms() == [time + .seconds(5)])
    }

    @Test func `rolling back nested transaction leaves deferred alarm deletion in expected state`() throws {
        let belfry = try Belfry()
        let time = try belfry.set(.seconds(1))
        belfry.onAlarm { bell, invocation in
            guard invocation.scheduledTime == time else { return }
            let storage = bell.storage
            try storage.transaction {
                try storage.setAlarm(after: .seconds(5))
                do {
                    try storage.transaction {
                        try storage.deleteAlarm()
                        throw TestError.refused
                    }
                } catch TestError.refused {}
            }
        }
        belfry.test.advance(by: .seconds(1))
        #expect(try belfry.durableAlarms() == [time + .seconds(5)])
    }

    @Test func `the handler's last changes and the end of its alarm are one batch`() throws {
        let belfry = try Belfry()
        try belfry.set(.seconds(1))
        let batches = Mutex<[[Space]]>([])
        belfry.test.disk.observeCommits { _, committed in
            batches.withLock { $0 += committed.map { $0.changes.map(\.space) } }
        }
        belfry.onAlarm { bell, _ in
            try bell.storage.put("first", 1)
            try await bell.storage.sync()
            try bell.storage.put("last", 1)
        }
        belfry.test.advance(by: .seconds(1))
        #expect(batches.withLock { $0 } == [[.entries], [.entries, .alarm]])
    }

    @Test func `a crash before the handler's last batch is durable runs the alarm again`() throws {
        let belfry = try Belfry()
        let time = try belfry.set(.seconds(1))
        belfry.onAlarm { bell, _ in try bell.storage.put("rung", 1) }
        belfry.test.disk.holdCommits()
        belfry.test.advance(by: .seconds(1))
        #expect(belfry.rings.count == 1)
        try belfry.test.test.crash()
        belfry.test.settle()
        belfry.test.advance(by: .zero)
        #expect(belfry.rings.map(\.scheduled) == [time, time])
        #expect(belfry.rings.map(\.retryCount) == [0, 0])
        #expect(try belfry.inside { try $1.get("rung", as: Int.self) } == 1)
        belfry.test.advance(by: .seconds(100))
        #expect(belfry.rings.count == 2)
    }

    @Test func `handler alarm is not deleted when commit fails`() throws {
        let belfry = try Belfry()
        try belfry.set(.seconds(1))
        belfry.test.disk.failCommits(1, with: StorageError(.diskFull, "The disk is full."))
        belfry.test.advance(by: .seconds(1))
        #expect(belfry.rings.count == 1)
        #expect(try belfry.alarm() != nil)
        belfry.test.advance(by: .seconds(3))
        // The failure was the disk's, so it is not counted.
        #expect(belfry.rings.map(\.retryCount) == [0, 0])
        #expect(try belfry.alarm() == nil)
    }

    @Test func `does not cancel handler when local db alarm state is later than scheduled alarm`() throws {
        let belfry = try Belfry()
        let time = try belfry.set(.seconds(1))
        belfry.test.disk.holdCommits()
        let moving = try belfry.start { try $1.setAlarm(time + .seconds(60)) }
        belfry.test.advance(by: .seconds(1))
        #expect(belfry.rings.map(\.scheduled) == [time])
        belfry.test.disk.releaseCommits()
        belfry.test.settle()
        #expect(moving.isDone)
        #expect(try belfry.alarm() == time + .seconds(60))
        belfry.test.advance(by: .seconds(100))
        #expect(belfry.rings.map(\.scheduled) == [time, time + .seconds(60)])
    }

    @Test func `does not cancel handler when local db alarm state is earlier than scheduled alarm`() throws {
        let belfry = try Belfry()
        let time = try belfry.set(.seconds(10))
        belfry.test.disk.holdCommits()
        _ = try belfry.start { try $1.setAlarm(time - .seconds(5)) }
        belfry.test.advance(by: .seconds(10))
        #expect(belfry.rings.map(\.scheduled) == [time])
        belfry.test.disk.releaseCommits()
        belfry.test.advance(by: .zero)
        #expect(belfry.rings.map(\.scheduled) == [time, time - .seconds(5)])
    }

    @Test func `tells alarm handler to cancel when committed alarm is empty`() throws {
        // The run is handed out, but waits for the object's start; meanwhile nothing is left to be run.
        let belfry = try Belfry()
        try belfry.set(.seconds(100))
        let gate = OneTimeGate()
        let holding = try belfry.start { bell, storage in
            try storage.deleteAlarm()
            await gate.wait()
        }
        belfry.test.advance(by: .seconds(200))
        gate.open()
        belfry.test.settle()
        #expect(holding.isDone)
        #expect(belfry.rings.isEmpty)
    }

    @Test func `alarm completion passes the output gate`() throws {
        let belfry = try Belfry()
        try belfry.set(.seconds(1))
        belfry.test.disk.holdCommits()
        belfry.test.advance(by: .seconds(1))
        #expect(belfry.rings.count == 1)
        // Set while the run is not done, it must wait for its turn.
        let again = try belfry.start { try $1.setAlarm(after: .seconds(1)) }
        belfry.test.advance(by: .seconds(5))
        #expect(belfry.rings.count == 1)
        belfry.test.disk.releaseCommits()
        belfry.test.advance(by: .seconds(1))
        #expect(again.isDone)
        #expect(belfry.rings.count == 2)
    }

    // fixtures: alarm "immediately executes alarm"
    @Test func `runAlarm runs the alarm at once, and says whether there was one`() throws {
        let belfry = try Belfry()
        let test = belfry.test.test
        let bell = try belfry.bell()
        try belfry.set(.seconds(1_000))
        #expect(try belfry.test.run { try await test.runAlarm(of: bell) })
        #expect(belfry.rings.count == 1)
        #expect(try !belfry.test.run { try await test.runAlarm(of: bell) })
        #expect(try belfry.durableAlarms().isEmpty)
        belfry.onAlarm { _, _ in throw TestError.refused }
        try belfry.set(.seconds(1_000))
        #expect(throws: TestError.refused) { try belfry.test.run { try await test.runAlarm(of: bell) } }
        #expect(try belfry.durableAlarms().isEmpty)
    }
}
