import RoostStorage
import Synchronization

/// Fires alarms: reads the near ones from the store, waits for their time, and runs them in their objects.
///
/// Guarantees
/// 1. *At least once.* An alarm leaves the store only in the batch of its handler's last changes, so one that was cut
///    short runs again, also after a restart.
/// 2. *Never early.* The civil clock decides, when the alarm is handed out and once more inside the object. A clock
///    that is set back makes alarms wait, one that is set forward is noticed within a minute or an eighth of what is
///    left, whichever is more.
/// 3. *Durable first.* It hears of alarms when their batch is durable, before the reply of whoever set them leaves; so
///    an uncommitted alarm never fires, and a confirmed one is never forgotten.
/// 4. *Bounded.* One timer, one page of the store's list at a time, and what `AlarmAgenda` keeps, however many alarms
///    there are.
///
/// The store is read inside the lock: a batch that becomes durable meanwhile is told afterwards, so nothing falls
/// between what was read and what is told.
///
/// Failure: a damaged line of the list is passed over; when the list cannot be read at all, it is read again a second
/// later. The observer is told of both.
///
///     idle ── start ──▶ running ── stop ──▶ stopped      (terminal; what runs then goes on to its end)
///
/// Isolation: any thread.
final class AlarmScheduler: Sendable {
    enum Phase {
        /// Classes are being registered. Can transition to: running, stopped.
        case idle
        /// Alarms fire. Can transition to: stopped.
        case running
        /// Nothing fires any more. Terminal.
        case stopped
    }

    struct State {
        var phase = Phase.idle
        var agenda: AlarmAgenda
        var timer: (token: TimerToken, wake: Int64, number: UInt64)?
        var timersSet: UInt64 = 0
        weak var roost: Roost?
        /// What could not be read of the list since the observer was told last; the newest goes before.
        var damage: RoostError?
        /// Those who wait until no alarm runs.
        var resting: [CheckedContinuation<Void, Never>] = []
    }

    let state: Mutex<State>
    let seams: RuntimeSeams
    private let isStarted = Atomic<Bool>(false)

    /// The lines of the store's list that are read at once.
    private static let pageSize = 256
    /// The runs that are started before others get the lock.
    private static let startsPerStep = 64
    /// How long it takes at most to notice that the civil clock was set forward, for alarms that are near.
    private static let recheckMilliseconds: Int64 = 60_000
    private static let rereadDelay = Duration.seconds(1)

    init(seams: RuntimeSeams, configuration: RoostConfiguration) {
        self.seams = seams
        let agenda = AlarmAgenda(
            waitingMax: configuration.alarmsWaitingMax,
            runningMax: configuration.alarmsRunningMax
        )
        state = Mutex(State(agenda: agenda))
    }

    func attach(_ roost: Roost) { state.withLock { $0.roost = roost } }

    var roost: Roost? { state.withLock { $0.roost } }

    // MARK: Phases

    func startIfNeeded() {
        if !isStarted.load(ordering: .relaxed) { start() }
    }

    func start() {
        guard !isStarted.exchange(true, ordering: .acquiringAndReleasing) else { return }
        let starts = state.withLock { state in
            guard case .idle = state.phase else { return false }
            state.phase = .running
            return true
        }
        if starts { pump() }
    }

    /// A class was registered: its alarms may stand in the part of the list that was read before.
    func classesChanged() {
        state.withLock { state in
            state.agenda.reload()
            arm(&state)
        }
    }

    func stop() {
        let resting = state.withLock { state in
            state.phase = .stopped
            disarm(&state)
            defer { state.resting = [] }
            return state.resting
        }
        for continuation in resting { continuation.resume() }
    }

    // MARK: What happens

    /// A batch that changed an alarm has become durable.
    func changed(_ alarm: AlarmAgenda.Alarm, _ change: AlarmChange) {
        state.withLock { state in
            state.agenda.changed(alarm, change)
            arm(&state)
        }
    }

    /// A run is over, and by what the store holds now its object's alarm is due then, if it has one.
    func finished(_ alarm: AlarmAgenda.Alarm, due: Int64?) {
        state.withLock { $0.agenda.finished(alarm.number, due: due) }
        pump()
    }

    /// A run failed for a reason that does not count.
    func pause(_ alarm: AlarmAgenda.Alarm) {
        let delay = AlarmRetry.uncountedDelay(failures: alarm.pauses + 1, chance: seams.random.fraction())
        let until = seams.clock.now.milliseconds + delay
        state.withLock { $0.agenda.pause(alarm.number, until: until) }
        pump()
    }

    /// Hands out everything that is due, and sets the timer for what comes next.
    private func pump(timer number: UInt64? = nil) {
        if let number {
            state.withLock { state in
                if state.timer?.number == number { state.timer = nil }
            }
        }
        while let alarms = state.withLock({ step(&$0) }) {
            for alarm in alarms { seams.start("roost.alarm") { await self.run(alarm) } }
        }
        let (damage, observer) = state.withLock { state in
            defer { state.damage = nil }
            return (state.damage, state.roost?.observer)
        }
        if let damage { observer?.alarmsDamaged(damage) }
        let resting = state.withLock { state in
            guard state.agenda.runningCount == 0 else { return [CheckedContinuation<Void, Never>]() }
            defer { state.resting = [] }
            return state.resting
        }
        for continuation in resting { continuation.resume() }
    }

    /// Takes out some of what is due, or reads one page; nil when there is nothing more to do now.
    private func step(_ state: inout State) -> [AlarmAgenda.Alarm]? {
        guard case .running = state.phase else { return nil }
        let now = seams.mutations.alarmTime(seams.clock.now.milliseconds)
        var alarms: [AlarmAgenda.Alarm] = []
        while alarms.count < Self.startsPerStep, let alarm = state.agenda.next(now: now) { alarms.append(alarm) }
        if !alarms.isEmpty { return alarms }
        if state.agenda.needsMore, read(&state) { return [] }
        arm(&state)
        return nil
    }

    /// Reads the next page of the store's list; false when that failed.
    private func read(_ state: inout State) -> Bool {
        guard let roost = state.roost else { return false }
        if seams.mutations.contains(.alarmsLostOnStart) {
            state.agenda.loaded([], end: nil, isLast: true)
            return true
        }
        var place: (due: Int64, classNumber: UInt32, number: ObjectNumber)?
        if case .through(let last) = state.agenda.reach {
            place = (last.due, last.classNumber, ObjectNumber(value: last.number))
        }
        do throws(StorageError) {
            var damage: StorageError?
            let rows = try roost.store.alarms(after: place, limit: Self.pageSize) { damage = $0 }
            if let damage { state.damage = RoostError(damage) }
            let alarms = rows.map {
                AlarmAgenda.Alarm(
                    due: $0.dueMilliseconds,
                    classNumber: $0.classNumber,
                    number: $0.number.value,
                    object: $0.object
                )
            }
            let end = alarms.last?.position
            let known = alarms.filter { roost.knows($0.object.classKey) }
            state.agenda.loaded(known, end: end, isLast: rows.count < Self.pageSize)
            return true
        } catch {
            state.damage = RoostError(error)
            setTimer(&state, after: Self.rereadDelay, wake: .min)
            return false
        }
    }

    // MARK: The timer

    private func arm(_ state: inout State) {
        guard case .running = state.phase else { return }
        let next = state.agenda.needsMore ? Int64.min : state.agenda.wake
        guard let next else { return disarm(&state) }
        if let timer = state.timer, timer.wake == next { return }
        let now = seams.mutations.alarmTime(seams.clock.now.milliseconds)
        let rest = next <= now ? 0 : next - now
        let wait = min(rest, max(Self.recheckMilliseconds, rest / 8))
        setTimer(&state, after: .milliseconds(wait), wake: next)
    }

    private func setTimer(_ state: inout State, after delay: Duration, wake: Int64) {
        disarm(&state)
        state.timersSet += 1
        let number = state.timersSet
        let token = seams.clock.schedule(after: delay) { [weak self] in self?.pump(timer: number) }
        state.timer = (token, wake, number)
    }

    private func disarm(_ state: inout State) {
        if let timer = state.timer { seams.clock.cancel(timer.token) }
        state.timer = nil
    }
}
