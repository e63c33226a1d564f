import RoostRuntime
import RoostStorage
import RoostTesting
import Synchronization
import Testing

/// An alarm is part of the batch of the turn that set it.
struct AlarmBatchTests {
    @Test func `alarm write happens transactionally with storage ops`() throws {
        let belfry = try Belfry()
        let changes = Mutex<[Int]>([])
        belfry.test.disk.observeCommits { _, batches in changes.withLock { $0 += batches.map(\.changes.count) } }
        try belfry.inside { _, storage in
            try storage.put("a", 1)
            try storage.setAlarm(after: .seconds(1))
            try storage.put("b", 2)
        }
        #expect(changes.withLock { $0 } == [3])
    }

    @Test func `an alarm whose commit failed never fires`() throws {
        let belfry = try Belfry()
        belfry.test.disk.failCommits(1, with: StorageError(.diskFull, "The disk is full."))
        #expect(throws: RoostError.self) { try belfry.set(.seconds(1)) }
        belfry.test.advance(by: .seconds(100))
        #expect(belfry.rings.isEmpty)
        #expect(try belfry.alarm() == nil)
    }

    @Test func `an alarm does not fire before it is durable`() throws {
        let belfry = try Belfry()
        belfry.test.disk.holdCommits()
        let setting = try belfry.start { try $1.setAlarm(after: .seconds(1)) }
        belfry.test.advance(by: .seconds(100))
        #expect(!setting.isDone)
        #expect(belfry.rings.isEmpty)
        belfry.test.disk.releaseCommits()
        belfry.test.advance(by: .zero)
        #expect(setting.isDone)
        #expect(belfry.rings.count == 1)
    }

    @Test func `confirmed setAlarm blocks output gate`() throws {
        let belfry = try Belfry()
        belfry.test.disk.holdCommits()
        let setting = try belfry.start { try $1.setAlarm(after: .seconds(1)) }
        #expect(!setting.isDone)
        belfry.test.disk.releaseCommits()
        belfry.test.settle()
        #expect(setting.isDone)
    }

    @Test func `allowUnconfirmed setAlarm does not block output gate`() throws {
        let belfry = try Belfry()
        belfry.test.disk.holdCommits()
        let setting = try belfry.start {
            try $1.setAlarm(after: .seconds(1), options: WriteOptions(allowUnconfirmed: true))
        }
        #expect(setting.isDone)
    }

    @Test func `allowUnconfirmed setAlarm then confirmed put uses output gate`() throws {
        let belfry = try Belfry()
        belfry.test.disk.holdCommits()
        let setting = try belfry.start {
            try $1.setAlarm(after: .seconds(1), options: WriteOptions(allowUnconfirmed: true))
            try $1.put("a", 1)
        }
        #expect(!setting.isDone)
    }

    @Test func `allowUnconfirmed setAlarm to clear alarm`() throws {
        let belfry = try Belfry()
        try belfry.set(.seconds(1))
        belfry.test.disk.holdCommits()
        let clearing = try belfry.start { try $1.deleteAlarm(options: WriteOptions(allowUnconfirmed: true)) }
        #expect(clearing.isDone)
        belfry.test.disk.releaseCommits()
        belfry.test.advance(by: .seconds(10))
        #expect(belfry.rings.isEmpty)
    }

    @Test func `unconfirmed setAlarm failure still breaks output gate`() throws {
        let belfry = try Belfry()
        belfry.test.disk.failCommits(1, with: StorageError(.diskFull, "The disk is full."))
        try belfry.inside { try $1.setAlarm(after: .seconds(1), options: WriteOptions(allowUnconfirmed: true)) }
        belfry.test.settle()
        #expect(belfry.recorder.events.contains(.reset(belfry.name)))
        #expect(try belfry.alarm() == nil)
    }

    @Test func `rolling back transaction leaves alarm in expected state`() throws {
        let belfry = try Belfry()
        let time = try belfry.set(.seconds(5))
        let seen = try belfry.inside { _, storage in
            for delay in [1, 9] {
                do {
                    try storage.transaction {
                        try storage.setAlarm(after: .seconds(delay))
                        throw TestError.refused
                    }
                } catch TestError.refused {}
            }
            do {
                try storage.transaction {
                    try storage.deleteAlarm()
                    throw TestError.refused
                }
            } catch TestError.refused {}
            return try storage.getAlarm()
        }
        #expect(seen == time)
        #expect(try belfry.durableAlarms() == [time])
        belfry.test.advance(by: .seconds(20))
        #expect(belfry.rings.map(\.at) == [time])
    }

    // testRollbackAlarmInit
    @Test func `an alarm that was rolled back can be set again`() throws {
        let belfry = try Belfry()
        let seen = try belfry.inside { _, storage in
            do {
                try storage.transaction {
                    try storage.setAlarm(after: .seconds(1))
                    throw TestError.refused
                }
            } catch TestError.refused {}
            let between = try storage.getAlarm()
            try storage.setAlarm(after: .seconds(2))
            return between
        }
        #expect(seen == nil)
        belfry.test.advance(by: .seconds(5))
        #expect(belfry.rings.count == 1)
    }

    // delete-all-deletes-alarm-test.js: the flag is on
    @Test func `deleteAll with deleteAlarm option deletes alarm`() throws {
        let belfry = try Belfry()
        let seen = try belfry.inside { _, storage in
            try storage.setAlarm(after: .seconds(1))
            try storage.put("a", 1)
            try storage.deleteAll()
            return try storage.getAlarm()
        }
        #expect(seen == nil)
        try belfry.set(.seconds(1))
        try belfry.inside { try $1.deleteAll() }
        #expect(try belfry.durableAlarms().isEmpty)
        belfry.test.advance(by: .seconds(5))
        #expect(belfry.rings.isEmpty)
    }

    // delete-all-deletes-alarm-test.js: the flag is off
    @Test func `calling deleteAll() preserves alarm state if alarm is set`() throws {
        let belfry = try Belfry()
        let time = try belfry.set(.seconds(5))
        try belfry.inside { _, storage in
            try storage.put("a", 1)
            try storage.deleteAll(keepingAlarm: true)
            try storage.deleteAll(keepingAlarm: true)
        }
        #expect(try belfry.alarm() == time)
        #expect(try belfry.inside { try $1.get("a", as: Int.self) } == nil)
        belfry.test.advance(by: .seconds(5))
        #expect(belfry.rings.count == 1)
    }

    @Test func `calling deleteAll() preserves alarm state if alarm is not set`() throws {
        let belfry = try Belfry()
        try belfry.inside { try $1.deleteAll(keepingAlarm: true) }
        #expect(try belfry.alarm() == nil)
    }

    @Test func `calling deleteAll() during an implicit transaction preserves alarm state`() throws {
        let belfry = try Belfry()
        let time = belfry.now + .seconds(3)
        try belfry.inside { _, storage in
            try storage.setAlarm(time)
            try storage.deleteAll(keepingAlarm: true)
        }
        #expect(try belfry.durableAlarms() == [time])
    }

    @Test func `deleteAll deleteAlarm does not schedule alarm cancellation if setAlarm interleaves`() throws {
        let belfry = try Belfry()
        try belfry.set(.seconds(1))
        let time = belfry.now + .seconds(9)
        try belfry.inside { _, storage in
            try storage.deleteAll()
            try storage.setAlarm(time)
        }
        #expect(try belfry.durableAlarms() == [time])
        belfry.test.advance(by: .seconds(20))
        #expect(belfry.rings.map(\.at) == [time])
    }

    @Test func `deleteAll() failure with deleteAlarm does not delete alarm`() throws {
        let belfry = try Belfry()
        let time = try belfry.set(.seconds(5))
        belfry.test.disk.failCommits(1, with: StorageError(.diskFull, "The disk is full."))
        #expect(throws: RoostError.self) { try belfry.inside { try $1.deleteAll() } }
        #expect(try belfry.alarm() == time)
    }

    @Test func `getAlarm and setAlarm check for brokenness`() throws {
        let belfry = try Belfry()
        let gate = OneTimeGate()
        let late = try belfry.start { _, storage in
            await gate.wait()
            _ = try storage.getAlarm()
        }
        belfry.test.disk.failCommits(1, with: StorageError(.diskFull, "The disk is full."))
        #expect(throws: RoostError.self) { try belfry.set(.seconds(1)) }
        gate.open()
        belfry.test.settle()
        let error = #expect(throws: RoostError.self) { try late.value() }
        #expect(error?.code == .objectReset)
    }
}
