import RoostRuntime
import RoostStorage
import RoostTesting
import Synchronization
import Testing

@testable import RoostRuntime

/// Failed runs: when they are made again, which of them count, and when the alarm is given up.
struct AlarmRetryTests {
    /// The pauses between the runs, in seconds.
    private func pauses(_ rings: [Bell.Ring]) -> [Double] {
        zip(rings, rings.dropFirst()).map { Double(($1.at - $0.at).wholeMilliseconds) / 1_000 }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `a failing alarm is retried six times, 2 to 64 s apart, and then abandoned`(seed: UInt64) throws {
        let belfry = try Belfry(seed: seed)
        belfry.onAlarm { _, _ in throw TestError.refused }
        let time = try belfry.set(.seconds(1))
        belfry.test.advance(by: .seconds(1_000))
        #expect(belfry.rings.map(\.retryCount) == [0, 1, 2, 3, 4, 5, 6])
        #expect(belfry.rings.allSatisfy { $0.scheduled == time })
        for (pause, base) in zip(pauses(belfry.rings), [2.0, 4, 8, 16, 32, 64]) {
            #expect(pause >= base)
            #expect(pause <= base * 1.25)
        }
        #expect(try belfry.alarm() == nil)
        #expect(try belfry.durableAlarms().isEmpty)
        let events = belfry.recorder.events
        #expect(events.count { $0 == .alarmFailed(belfry.name) } == 6)
        #expect(events.count { $0 == .alarmAbandoned(belfry.name) } == 1)
        #expect(!events.contains(.reset(belfry.name)))
    }

    @Test func `the pauses are drawn`() throws {
        var seen: Set<Double> = []
        for seed in 1...5 as ClosedRange<UInt64> {
            let belfry = try Belfry(seed: seed)
            belfry.onAlarm { _, _ in throw TestError.refused }
            try belfry.set(.seconds(1))
            belfry.test.advance(by: .seconds(10))
            seen.formUnion(pauses(belfry.rings))
        }
        #expect(seen.count > 5)
    }

    @Test func `retries are counted across restarts`() throws {
        let belfry = try Belfry()
        belfry.onAlarm { _, _ in throw TestError.refused }
        try belfry.set(.seconds(1))
        belfry.test.advance(by: .seconds(1))
        for _ in 0..<10 {
            try belfry.test.test.crash()
            belfry.test.advance(by: .seconds(100))
        }
        #expect(belfry.rings.map(\.retryCount) == [0, 1, 2, 3, 4, 5, 6])
    }

    @Test func `a retry that succeeds ends it`() throws {
        let belfry = try Belfry()
        belfry.onAlarm { _, invocation in
            if invocation.retryCount < 2 { throw TestError.refused }
        }
        try belfry.set(.seconds(1))
        belfry.test.advance(by: .seconds(1_000))
        #expect(belfry.rings.map(\.retryCount) == [0, 1, 2])
        #expect(try belfry.durableAlarms().isEmpty)
    }

    @Test func `setting the alarm again begins counting anew`() throws {
        let belfry = try Belfry()
        belfry.onAlarm { _, _ in throw TestError.refused }
        try belfry.set(.seconds(1))
        belfry.test.advance(by: .seconds(4))
        #expect(belfry.rings.map(\.retryCount) == [0, 1])
        try belfry.set(.seconds(50))
        belfry.test.advance(by: .seconds(50))
        #expect(belfry.rings.map(\.retryCount) == [0, 1, 0])
    }

    @Test func `deleteAlarm while a retry waits ends it`() throws {
        let belfry = try Belfry()
        belfry.onAlarm { _, _ in throw TestError.refused }
        try belfry.set(.seconds(1))
        belfry.test.advance(by: .seconds(1))
        try belfry.inside { try $1.deleteAlarm() }
        belfry.test.advance(by: .seconds(1_000))
        #expect(belfry.rings.count == 1)
    }

    @Test func `what a failing handler had changed stays`() throws {
        let belfry = try Belfry()
        belfry.onAlarm { bell, _ in
            try bell.storage.put("rung", (try bell.storage.get("rung", as: Int.self) ?? 0) + 1)
            throw TestError.refused
        }
        try belfry.set(.seconds(1))
        belfry.test.advance(by: .seconds(1_000))
        #expect(try belfry.inside { try $1.get("rung", as: Int.self) } == 7)
    }

    // alarmRetryCountsAgainstLimit; actor-sqlite 3155
    @Test func `a broken output gate alone does NOT count (retries forever)`() throws {
        let belfry = try Belfry()
        try belfry.set(.seconds(1))
        belfry.test.disk.failCommits(20, with: StorageError(.diskFull, "The disk is full."))
        belfry.test.advance(by: .seconds(50_000))
        #expect(belfry.rings.count == 21)
        #expect(belfry.rings.allSatisfy { $0.retryCount == 0 })
        for (pause, failures) in zip(pauses(belfry.rings), 1...) {
            let base = Double(2 << min(failures - 1, 9))
            #expect(pause >= base)
            #expect(pause <= base * 1.25)
        }
        #expect(try belfry.durableAlarms().isEmpty)
        #expect(!belfry.recorder.events.contains(.alarmAbandoned(belfry.name)))
    }

    @Test func `the first counted failure after an uncounted one begins again at 2 s`() throws {
        let belfry = try Belfry()
        belfry.onAlarm { _, _ in throw TestError.refused }
        try belfry.set(.seconds(1))
        // Runs at 1 s, about 3 s and 7 s, then the disk fails one.
        belfry.test.advance(by: .seconds(1))
        belfry.test.advance(by: .seconds(8))
        #expect(belfry.rings.map(\.retryCount) == [0, 1, 2])
        belfry.test.disk.failCommits(1, with: StorageError(.diskFull, "The disk is full."))
        belfry.test.advance(by: .seconds(1_000))
        #expect(belfry.rings.map(\.retryCount) == [0, 1, 2, 3, 3, 4, 5, 6])
        let after = pauses(belfry.rings)
        #expect(after[3] <= 2.5)
        #expect(after[4] <= 2.5)
        #expect(after[5] >= 4)
    }

    @Test func `an initializer that fails counts, without an instance`() throws {
        let test = try SteppedTest { try $0.register(Unwilling.self) }
        let object = try test.objects(of: Unwilling.self).get("unwilling")
        try test.run { try await object.setAlarm(seconds: 100) }
        Unwilling.isWilling.withLock { $0 = false }
        test.advance(by: .seconds(50))
        #expect(test.test.roost.health.liveInstances == 0)
        test.advance(by: .seconds(1_000))
        #expect(Unwilling.attempts.withLock { $0 } == 7)
        #expect(try test.test.alarms(of: Unwilling.self).isEmpty)
        Unwilling.isWilling.withLock { $0 = true }
        #expect(try test.run { try await object.isAwake() })
    }

    @Test func `a run that takes too long fails and resets its object`() throws {
        let belfry = try Belfry()
        let gate = OneTimeGate()
        belfry.onAlarm { _, invocation in
            if invocation.retryCount == 0 { await gate.wait() }
        }
        try belfry.set(.seconds(1))
        belfry.test.advance(by: .seconds(900))
        #expect(belfry.rings.count == 1)
        #expect(!belfry.recorder.events.contains(.reset(belfry.name)))
        belfry.test.advance(by: .seconds(4))
        #expect(belfry.recorder.events.contains(.reset(belfry.name)))
        #expect(belfry.rings.map(\.retryCount) == [0, 1])
        gate.open()
        belfry.test.settle()
        #expect(try belfry.durableAlarms().isEmpty)
    }

    @Test func `a class that has lost its handler drops its alarms`() throws {
        let disk = MemoryDisk()
        let clock = try {
            let test = try SteppedTest(disk: disk) { try $0.register(Bell.self, name: "Thing") }
            let bell = try test.objects(of: Bell.self).get("drop")
            try test.run { try await test.test.run(in: bell) { try $1.storage.setAlarm(after: .seconds(5)) } }
            #expect(try test.test.alarms(of: Bell.self).count == 1)
            return test.test.clock.now
        }()
        #expect(clock == VirtualClock.start)
        let test = try SteppedTest(disk: disk) { try $0.register(Deaf.self, name: "Thing") }
        test.advance(by: .seconds(10))
        #expect(try test.test.alarms(of: Deaf.self).isEmpty)
        #expect(test.test.roost.health.liveInstances == 0)
    }

    @Test func `the delays are the origin's`() {
        var record = AlarmRecord(due: 1_000, batch: 1)
        var delays: [Int64] = []
        while let next = AlarmRetry.next(after: record, startsOver: false, now: 0, batch: 2, chance: 0) {
            delays.append(next.due)
            record = next
        }
        #expect(delays == [2_000, 4_000, 8_000, 16_000, 32_000, 64_000])
        #expect(record.scheduled == 1_000)
        let longest = AlarmRetry.uncountedDelay(failures: 1_000, chance: 0)
        #expect(longest == 1_024_000)
        let jittered = AlarmRetry.uncountedDelay(failures: 1, chance: 1)
        #expect(jittered == 2_500)
    }
}

/// An object that can be kept from starting.
distributed actor Unwilling: DurableObject {
    static let isWilling = Mutex(true)
    static let attempts = Mutex(0)
    let storage: ObjectStorage

    init(context: ObjectContext) throws {
        actorSystem = context.actorSystem
        storage = context.storage
        guard Self.isWilling.withLock({ $0 }) else {
            Self.attempts.withLock { $0 += 1 }
            throw TestError.refused
        }
    }

    distributed func setAlarm(seconds: Int) throws { try storage.setAlarm(after: .seconds(seconds)) }

    distributed func isAwake() -> Bool { true }

    func alarm(_ invocation: AlarmInvocation) async throws {}
}
