import RoostRuntime
import RoostStorage
import Synchronization

/// What rings in the benchmark of alarms.
distributed actor BenchBell: DurableObject {
    private let context: ObjectContext
    private let storage: ObjectStorage

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        self.context = context
        storage = context.storage
    }

    distributed func set(_ time: Timestamp) throws { try storage.setAlarm(time) }

    func alarm(_ invocation: AlarmInvocation) {
        let late = context.clock.now - invocation.scheduledTime
        guard let name = context.id.name, let index = Int(name) else { return }
        BellTally.shared.ring(index, late: late)
    }
}

/// Which bells have rung, how often, and how late.
final class BellTally: Sendable {
    struct Rings {
        var count = 0
        var early = 0
        var latest = Duration.zero
        var lateness = Latencies()
        fileprivate var times: [UInt8] = []

        var twice: Int { times.count { $0 > 1 } }
        var lost: Int { times.count { $0 == 0 } }
    }

    static let shared = BellTally()

    private let rings = Mutex(Rings())

    func begin(_ bells: Int) {
        rings.withLock {
            $0 = Rings()
            $0.times = Array(repeating: 0, count: bells)
        }
    }

    func ring(_ index: Int, late: Duration) {
        rings.withLock { rings in
            rings.count += 1
            if late < .zero { rings.early += 1 }
            rings.latest = max(rings.latest, late)
            rings.lateness.add(late)
            if rings.times[index] < 255 { rings.times[index] += 1 }
        }
    }

    var count: Int { rings.withLock { $0.count } }

    var all: Rings { rings.withLock { $0 } }
}

/// A runtime with bells, on a directory of its own.
private struct BellRuntime {
    let store: Store
    let roost: Roost

    /// - Parameter ahead: By how much its civil clock is ahead.
    init(folder: String, ahead: Duration = .zero, idleTime: Duration = .seconds(10)) throws {
        store = try Store.open(directory: folder)
        var configuration = RoostConfiguration()
        configuration.idleTime = idleTime
        let seams = RuntimeSeams(clock: ClockAhead(by: ahead), random: SystemRandomSource())
        roost = Roost(store: store, configuration: configuration, seams: seams)
        try roost.register(BenchBell.self)
    }

    func end() async {
        await roost.shutdown(limit: .seconds(10))
        store.close()
    }
}

/// The machine's clocks, the civil one ahead.
private struct ClockAhead: RuntimeClock {
    private let clock = SystemClock.shared
    private let ahead: Duration

    init(by ahead: Duration) { self.ahead = ahead }

    var now: Timestamp { clock.now + ahead }
    var elapsed: Duration { clock.elapsed }

    func schedule(after delay: Duration, _ action: @escaping @Sendable () -> Void) -> TimerToken {
        clock.schedule(after: delay, action)
    }

    func cancel(_ token: TimerToken) { clock.cancel(token) }
}

/// Setting alarms, each in an object of its own.
enum AlarmSetting {
    /// When the alarms of the part with very many are due: the first so long after they were set, and then one each
    /// millisecond.
    static let delay = Duration.seconds(24 * 3_600)

    /// How many are set in a second.
    static func run(folder: String, alarms: Int) async throws -> Double {
        let runtime = try BellRuntime(folder: folder, idleTime: .milliseconds(200))
        let bells = try runtime.roost.objects(of: BenchBell.self)
        let clock = ContinuousClock()
        let first = SystemClock.shared.now + delay
        let start = clock.now
        try await Load.once(objects: alarms, clients: 1_024) { index in
            try await bells.get("\(index)").set(first + .milliseconds(index))
        }
        let seconds = (clock.now - start) / .seconds(1)
        await runtime.end()
        return Double(alarms) / seconds
    }
}

/// Very many alarms, pending and then all due.
struct PendingAlarms: Codable {
    var pendingMebibytes: Double
    var firingMebibytes: Double
    var sleptMebibytes: Double
    var perSecond: Double
    var early: Int
    var twice: Int
    var lost: Int

    static func run(folder: String, alarms: Int) async throws -> PendingAlarms {
        BellTally.shared.begin(alarms)
        let pending = try BellRuntime(folder: folder)
        pending.roost.start()
        try await Task.sleep(for: .seconds(1))
        let pendingMebibytes = ProcessMemory.mebibytes
        await pending.end()

        let clock = ContinuousClock()
        let start = clock.now
        let ahead = AlarmSetting.delay + .milliseconds(alarms)
        let firing = try BellRuntime(folder: folder, ahead: ahead)
        firing.roost.start()
        var most = 0.0
        var count = 0
        var still = 0
        // Alarms that do not come for ten seconds do not come at all.
        while count < alarms, still < 1_000 {
            try await Task.sleep(for: .milliseconds(10))
            let now = BellTally.shared.count
            still = now == count ? still + 1 : 0
            count = now
            most = max(most, ProcessMemory.mebibytes)
        }
        let seconds = (clock.now - start) / .seconds(1)
        try await Task.sleep(for: .seconds(12))
        let slept = ProcessMemory.mebibytes
        await firing.end()
        let rings = BellTally.shared.all
        return PendingAlarms(
            pendingMebibytes: pendingMebibytes,
            firingMebibytes: most,
            sleptMebibytes: slept,
            perSecond: Double(alarms) / seconds,
            early: rings.early,
            twice: rings.twice,
            lost: rings.lost
        )
    }
}

/// Alarms that come one after the other, at a rate that the machine can keep.
struct PacedAlarms {
    let lateness: Latencies
    let latest: Duration
    let early: Int
    let twice: Int
    let lost: Int

    static func run(folder: String, rate: Int, seconds: Int) async throws -> PacedAlarms {
        let count = rate * seconds
        BellTally.shared.begin(count)
        let runtime = try BellRuntime(folder: folder, idleTime: .seconds(1))
        let bells = try runtime.roost.objects(of: BenchBell.self)
        // Enough for setting them.
        let delay = Duration.seconds(3 + count / 5_000)
        let first = SystemClock.shared.now + delay
        try await Load.once(objects: count, clients: 1_024) { index in
            try await bells.get("\(index)").set(first + .microseconds(index * 1_000_000 / rate))
        }
        try await Task.sleep(for: delay + .seconds(seconds + 2))
        await runtime.end()
        let rings = BellTally.shared.all
        return PacedAlarms(
            lateness: rings.lateness,
            latest: rings.latest,
            early: rings.early,
            twice: rings.twice,
            lost: rings.lost
        )
    }
}
