import HeapModule
import RoostStorage

/// Which alarm is next: the near part of the store's list of alarms, and what is being done about it.
///
/// Guarantee: every durable alarm is handed out once it is due, earliest first, to one run at a time per object; and
/// however many alarms there are, this value keeps only so many of them.
///
/// Invariants
/// 1. Every durable alarm of a registered class up to `reach` is here, waiting, paused or running. What lies beyond is
///    read when nothing waits any more.
/// 2. An object stands here at most once.
/// 3. At most `waitingMax` alarms wait. When one more comes, the last one is dropped, and `reach` goes back before it.
/// 4. At most `runningMax` alarms run or are paused. When they do, nothing more is handed out: a store that fails every
///    run stops the alarms, it does not fill the memory.
/// 5. Only what is durable comes in here, so an alarm whose commit failed is never handed out.
///
///     waiting ── next(now:) ──▶ running ── finished, with an alarm in the store ──▶ waiting
///        ▲                       │   └──── finished, with none ───────────────────▶ (gone)
///        └─ a new alarm ─ paused ◀── pause(until:), which hands it out again
///
/// Isolation: a value inside the lock of `AlarmScheduler`; it knows no clock and reads nothing itself.
struct AlarmAgenda {
    /// The order of the store's list.
    struct Position: Comparable {
        let due: Int64
        let classNumber: UInt32
        let number: UInt64

        static func < (left: Position, right: Position) -> Bool {
            (left.due, left.classNumber, left.number) < (right.due, right.classNumber, right.number)
        }
    }

    /// An alarm, and where its object is.
    struct Alarm: Sendable {
        let due: Int64
        let classNumber: UInt32
        let number: UInt64
        let object: ObjectReference
        /// How many runs in a row have failed for reasons that do not count.
        var pauses = 0

        var position: Position { Position(due: due, classNumber: classNumber, number: number) }

        func moved(to due: Int64) -> Alarm {
            Alarm(due: due, classNumber: classNumber, number: number, object: object)
        }
    }

    /// How far the store's list has been read.
    enum Reach: Equatable {
        case nothing
        case through(Position)
        case everything
    }

    private enum Status {
        /// For its time. Can transition to: running, gone.
        case waiting
        /// Until this time, because a run failed for a reason that does not count. Can transition to: running, waiting,
        /// gone.
        case paused(until: Int64)
        /// And this is what has become durable meanwhile, if anything. Can transition to: waiting, paused, gone.
        case running(told: AlarmChange?)
    }

    private struct Item {
        var alarm: Alarm
        var status: Status
    }

    private struct Slot: Comparable {
        let time: Int64
        let position: Position

        static func < (left: Slot, right: Slot) -> Bool {
            (left.time, left.position) < (right.time, right.position)
        }
    }

    private let waitingMax: Int
    private let runningMax: Int
    private var items: [UInt64: Item] = [:]
    /// Those that wait, and some that do not any more.
    private var waiting = Heap<Slot>()
    /// Those that are paused, and some that are not any more.
    private var paused = Heap<Slot>()
    private(set) var reach = Reach.nothing
    private(set) var waitingCount = 0
    private(set) var pausedCount = 0
    private(set) var runningCount = 0

    init(waitingMax: Int, runningMax: Int) {
        precondition(waitingMax > 0, "An agenda keeps at least one alarm.")
        precondition(runningMax > 0, "An agenda lets at least one alarm run.")
        self.waitingMax = waitingMax
        self.runningMax = runningMax
    }

    /// How many objects are here.
    var count: Int { items.count }

    /// The size of everything that is kept; what the limits bound.
    var footprint: Int { items.count + waiting.count + paused.count }

    /// Whether the store must be read before the next alarm is known.
    var needsMore: Bool { waitingCount == 0 && reach != .everything && hasRoom }

    private var hasRoom: Bool { runningCount + pausedCount < runningMax }

    // MARK: What the store says

    /// A batch that changed an object's alarm has become durable.
    ///
    /// - Parameter alarm: The object; its time is that of the change, if there is one.
    mutating func changed(_ alarm: Alarm, _ change: AlarmChange) {
        if let item = items[alarm.number], case .running = item.status {
            items[alarm.number]?.status = .running(told: change)
            return
        }
        remove(alarm.number)
        if case .due = change { insert(alarm) }
    }

    /// More of the list has been read, in its order, from `reach` on.
    ///
    /// Alarms of objects that are here already are passed over: what is known of them is as new, or will be told.
    ///
    /// - Parameters:
    ///   - alarms: Those of registered classes.
    ///   - end: The last line that was read, of whatever class.
    ///   - isLast: There are no more.
    mutating func loaded(_ alarms: [Alarm], end: Position?, isLast: Bool) {
        if isLast {
            reach = .everything
        } else if let end {
            reach = .through(end)
        }
        for alarm in alarms where items[alarm.number] == nil { insert(alarm) }
    }

    /// Reads the list from its beginning again, because a class has become known.
    ///
    /// What waits is forgotten with it: the store has it, and what is here would keep the list from being read.
    mutating func reload() {
        reach = .nothing
        for (number, item) in items {
            if case .waiting = item.status { remove(number) }
        }
        waiting = Heap()
    }

    // MARK: Runs

    /// Hands out the next alarm that is due, if there is one and it may run now.
    mutating func next(now: Int64) -> Alarm? {
        if let slot = firstPaused(), slot.time <= now { return run(slot.position.number) }
        guard hasRoom, let slot = firstWaiting(), slot.time <= now else { return nil }
        return run(slot.position.number)
    }

    private mutating func run(_ number: UInt64) -> Alarm? {
        guard let item = items[number] else { return nil }
        forget(item.status)
        items[number]?.status = .running(told: nil)
        runningCount += 1
        return item.alarm
    }

    /// A run is over.
    ///
    /// - Parameter due: When the object's alarm is due by what the store holds now; nil when it has none. What was told
    ///   meanwhile goes before that.
    mutating func finished(_ number: UInt64, due: Int64?) {
        guard let item = items[number], case .running(let told) = item.status else { return }
        remove(number)
        switch told {
        case .due(let due): insert(item.alarm.moved(to: due))
        case .cleared: break
        case nil: if let due { insert(item.alarm.moved(to: due)) }
        }
    }

    /// A run failed for a reason that does not count: it is made again later.
    mutating func pause(_ number: UInt64, until time: Int64) {
        guard let item = items[number], case .running(let told) = item.status else { return }
        guard told == nil else { return finished(number, due: nil) }
        runningCount -= 1
        pausedCount += 1
        items[number]?.status = .paused(until: time)
        items[number]?.alarm.pauses += 1
        paused.insert(Slot(time: time, position: item.alarm.position))
        if paused.count > 2 * pausedCount + Self.slackMax {
            let kept = items.values.compactMap { item -> Slot? in
                guard case .paused(let time) = item.status else { return nil }
                return Slot(time: time, position: item.alarm.position)
            }
            paused = Heap(kept)
        }
    }

    /// Whether more alarms are due than may run.
    mutating func isBehind(now: Int64) -> Bool {
        if let slot = firstWaiting() { return slot.time <= now }
        return reach != .everything && !hasRoom
    }

    /// When something is to be done next: the earliest time that waits; nil when nothing does or nothing may run.
    var wake: Int64? {
        mutating get {
            let pause = firstPaused()?.time
            guard hasRoom else { return pause }
            let due = firstWaiting()?.time
            if let pause, let due { return min(pause, due) }
            return pause ?? due
        }
    }

    // MARK: Keeping

    private mutating func insert(_ alarm: Alarm) {
        switch reach {
        case .nothing: return
        case .through(let last): guard alarm.position <= last else { return }
        case .everything: break
        }
        items[alarm.number] = Item(alarm: alarm, status: .waiting)
        waiting.insert(Slot(time: alarm.due, position: alarm.position))
        waitingCount += 1
        if waitingCount > waitingMax { dropLast() }
        if waiting.count > 2 * waitingCount + Self.slackMax {
            waiting = Heap(waiting.unordered.filter { isWaiting($0) })
        }
    }

    private mutating func dropLast() {
        while let last = waiting.popMax() {
            guard isWaiting(last) else { continue }
            remove(last.position.number)
            break
        }
        while let last = waiting.max {
            if isWaiting(last) {
                reach = .through(last.position)
                return
            }
            waiting.removeMax()
        }
    }

    private mutating func remove(_ number: UInt64) {
        guard let item = items.removeValue(forKey: number) else { return }
        forget(item.status)
    }

    private mutating func forget(_ status: Status) {
        switch status {
        case .waiting: waitingCount -= 1
        case .paused: pausedCount -= 1
        case .running: runningCount -= 1
        }
    }

    private mutating func firstWaiting() -> Slot? {
        while let first = waiting.min {
            if isWaiting(first) { return first }
            waiting.removeMin()
        }
        return nil
    }

    private mutating func firstPaused() -> Slot? {
        while let first = paused.min {
            if let item = items[first.position.number], case .paused(first.time) = item.status { return first }
            paused.removeMin()
        }
        return nil
    }

    private func isWaiting(_ slot: Slot) -> Bool {
        guard let item = items[slot.position.number], case .waiting = item.status else { return false }
        return item.alarm.position == slot.position
    }

    /// How many entries of a heap may be stale beyond as many as are not.
    private static let slackMax = 64
}
