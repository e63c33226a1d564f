import DequeModule

/// The life of one instance and its input gate: who is let in when, from the first event to the moment when nothing may
/// reach it any more.
///
/// Guarantee: events are let in in the order in which they came, and not while a critical section runs that they are no
/// part of; an instance that has begun to stop or was reset lets nothing in (DESIGN §4, invariant 1). Who need not wait
/// goes to the actor by himself: a section that begins meanwhile, on another thread, counts as begun after him.
///
/// The critical sections that run form a path: the initializer, or a section started by an event, and in it at most one
/// section started by it, and so on. Everybody who wants in belongs to a *level*: the innermost running section that
/// started him, or none. He may pass when no section runs below his level, and otherwise waits.
///
/// Invariants
/// 1. Nobody waits who may pass: whenever a section ends, those of the level that is then the last are let go one after
///    the other in order of arrival, until one of them is a section itself; a section that one of them asks for in his
///    first turn comes next. Whoever comes before the last of them is in waits behind them.
/// 2. A section that ends before one it has started leaves that one to its own outer section, with all who waited.
/// 3. `running` stops only when no event is in it and no section runs.
/// 4. The events inside and waiting never exceed the limits, in count and in bytes, but for the ends of sockets.
///
///     starting ── started ──▶ running ── stop ──▶ gone
///        │                       │                  ▲        (terminal)
///        └──────── reset ────────┴──────────────────┘
///
/// Isolation: a value inside the lock of `Activation`; continuations are resumed by the caller, outside the lock.
struct ActivationStateMachine: ~Copyable {
    typealias Continuation = CheckedContinuation<Admission, Never>

    /// The answer to somebody who wants in.
    enum Admission: Sendable {
        /// The event is in, and must say when it is out again.
        case entered(any DurableObject)
        /// The section may run, the reply may be delivered.
        case passed
        /// It must wait under this number.
        case wait(UInt64)
        /// The object has too much to do.
        case overloaded(RoostError)
        /// It waits for an initializer that waits for it.
        case deadlock
        /// This instance is gone; with an error if its start failed, which is then the answer to those who waited.
        case gone((any Error)?)
        /// The waiting task was cancelled.
        case cancelled
    }

    /// Somebody who need not wait any longer.
    typealias Release = (continuation: Continuation, admission: Admission)

    private enum Kind {
        /// Comes from outside.
        case event
        /// Belongs to an event that is inside: the answer to a call of its own.
        case reply
        /// A critical section that wants to begin.
        case section(UInt64)
    }

    private struct Waiter {
        let number: UInt64
        let kind: Kind
        let bytes: Int
        var level: UInt64?
        var continuation: Continuation?
    }

    private enum State {
        /// The initializer runs. Can transition to: running, gone.
        case starting
        /// Events run. Can transition to: gone.
        case running(any DurableObject)
        /// Nothing may enter. Terminal.
        case gone((any Error)?)
    }

    /// The section that is the initializer.
    static let initializer: UInt64 = 0

    private var state = State.starting
    /// The sections that run, each started by the one before it.
    private var path: [UInt64] = [initializer]
    private var waiters: Deque<Waiter> = []
    /// Cancelled between getting a number and being parked.
    private var cancelledEarly: Set<UInt64> = []
    /// Let go between getting a number and being parked.
    private var releasedEarly: [UInt64: Admission] = [:]
    private var nextNumber: UInt64 = 1
    /// Those who waited for the end of a section are being let in, one after the other.
    private(set) var isAdmitting = false
    /// Who has this number or a later one has come since somebody was let in last, or a section has ended.
    private var recentFrom: UInt64 = 1
    private var inside = 0
    private var bytes = 0
    private var isRestAwaited = false
    private let eventsMax: Int
    private let bytesMax: Int

    init(eventsMax: Int, bytesMax: Int) {
        self.eventsMax = eventsMax
        self.bytesMax = bytesMax
    }

    /// How many events are in the instance or wait for it.
    var load: Int { inside + waiters.count }

    /// How many events, replies and sections wait to be let in.
    var waitingCount: Int { waiters.count }

    var isStarting: Bool {
        if case .starting = state { true } else { false }
    }

    var isRunning: Bool {
        if case .running = state { true } else { false }
    }

    var isGone: Bool {
        if case .gone = state { true } else { false }
    }

    /// Whether a critical section runs.
    var isBlocked: Bool { !path.isEmpty }

    /// The sections that run, innermost first.
    var sections: [UInt64] { path.reversed() }

    /// Whether a critical section runs that is not the initializer.
    var hasSections: Bool { path.contains { $0 != Self.initializer } }

    // MARK: In

    /// - Parameters:
    ///   - passesLimits: Whether no limit keeps the event out.
    ///   - sections: The sections of this instance that have started the event, innermost first. Asked for only when
    ///     the event is not let in at once.
    mutating func enter(
        bytes eventBytes: Int,
        passesLimits: Bool = false,
        sections: @autoclosure () -> [UInt64] = []
    ) -> Admission {
        if let instance = enterAtOnce(bytes: eventBytes) { return .entered(instance) }
        if case .gone(let error) = state { return .gone(error) }
        guard load < eventsMax || passesLimits else {
            return .overloaded(Self.overloaded("Too many requests queued."))
        }
        guard bytes + eventBytes <= bytesMax || load == 0 || passesLimits else {
            return .overloaded(Self.overloaded("Too much data queued."))
        }
        let level = level(sections())
        if level == path.last, let instance = letIn(eventBytes) { return .entered(instance) }
        if case .starting = state, level != nil { return .deadlock }
        bytes += eventBytes
        return wait(.event, bytes: eventBytes, level)
    }

    /// Lets an event in that nothing keeps out, as `enter` does first of all; changes nothing otherwise.
    mutating func enterAtOnce(bytes eventBytes: Int) -> (any DurableObject)? {
        guard path.isEmpty, load < eventsMax, bytes + eventBytes <= bytesMax else { return nil }
        return letIn(eventBytes)
    }

    private mutating func letIn(_ eventBytes: Int) -> (any DurableObject)? {
        guard case .running(let instance) = state, !isAdmitting else { return nil }
        bytes += eventBytes
        inside += 1
        return instance
    }

    /// An event that is inside gets the answer to a call of its own.
    mutating func readmit(sections: [UInt64]) -> Admission {
        if case .gone(let error) = state { return .gone(error) }
        let level = level(sections)
        return level == path.last && !isAdmitting ? .passed : wait(.reply, bytes: 0, level)
    }

    /// A section wants to begin.
    mutating func begin(section: UInt64, sections: [UInt64]) -> Admission {
        if case .gone(let error) = state { return .gone(error) }
        let level = level(sections)
        guard level == path.last, !isAdmitting else { return wait(.section(section), bytes: 0, level) }
        path.append(section)
        return .passed
    }

    /// Work begins that nobody waits for; it counts as an event that is inside.
    mutating func hold() -> Admission {
        if case .gone(let error) = state { return .gone(error) }
        guard load < eventsMax else { return .overloaded(Self.overloaded("Too many requests queued.")) }
        inside += 1
        return .passed
    }

    /// Something the runtime itself has to do keeps the instance awake; it counts as an event that is inside, and no
    /// limit refuses it.
    mutating func keep() -> Bool {
        guard !isGone else { return false }
        inside += 1
        return true
    }

    private func level(_ sections: [UInt64]) -> UInt64? { sections.first { path.contains($0) } }

    private mutating func wait(_ kind: Kind, bytes: Int, _ level: UInt64?) -> Admission {
        let number = nextNumber
        nextNumber += 1
        waiters.append(Waiter(number: number, kind: kind, bytes: bytes, level: level, continuation: nil))
        return .wait(number)
    }

    /// Parks a waiter whose number was given before; returns the answer if it is known by now.
    mutating func park(_ number: UInt64, _ continuation: Continuation) -> Admission? {
        if let place = waiters.firstIndex(where: { $0.number == number }) {
            waiters[place].continuation = continuation
            return nil
        }
        if !cancelledEarly.isEmpty, cancelledEarly.remove(number) != nil { return .cancelled }
        if let admission = releasedEarly.removeValue(forKey: number) { return admission }
        guard case .gone(let error) = state else { preconditionFailure("Waiter \(number) waits for nothing.") }
        return .gone(error)
    }

    /// A waiting task was cancelled.
    ///
    /// It may have been let in meanwhile: then nothing happens.
    mutating func cancel(_ number: UInt64) -> Continuation? {
        guard let place = waiters.firstIndex(where: { $0.number == number }) else { return nil }
        let waiter = waiters.remove(at: place)
        bytes -= waiter.bytes
        if waiter.continuation == nil { cancelledEarly.insert(number) }
        return waiter.continuation
    }

    // MARK: Sections end

    /// The initializer has returned; those who wait are let in with `admitNext`.
    ///
    /// - Returns: False when the instance was reset while it started.
    mutating func started(_ instance: any DurableObject) -> Bool {
        guard case .starting = state else { return false }
        state = .running(instance)
        _ = end(section: Self.initializer)
        return true
    }

    /// A section has ended; those who wait are let in with `admitNext`.
    ///
    /// - Returns: Whether it must be called now, because nobody else will.
    mutating func end(section: UInt64) -> Bool {
        guard let place = path.firstIndex(of: section) else { return false }
        let outer = place > 0 ? path[place - 1] : nil
        path.remove(at: place)
        recentFrom = nextNumber
        for index in waiters.indices where waiters[index].level == section { waiters[index].level = outer }
        defer { isAdmitting = true }
        return !isAdmitting
    }

    /// Lets the next in of those who wait and may pass; an event then counts as inside.
    ///
    /// To be called once when a section has ended, the initializer included, and once for each who was let in by this,
    /// when he stands in the actor's queue: so the order of waiting is the order of the calls. Until the last of them
    /// is there, everybody else waits as well.
    ///
    /// - Parameter last: Lets the last in instead: a deliberate mistake, for tests of the simulator's checkers.
    /// - Returns: Who is let in; nil when nobody may be, or when the one who may is not parked yet and will be told in
    ///   `park`.
    mutating func admitNext(last: Bool = false) -> Release? {
        let place = nextPlace(last: last)
        guard let place, let admission = admission(of: waiters[place].kind) else {
            isAdmitting = false
            return nil
        }
        let waiter = waiters.remove(at: place)
        recentFrom = nextNumber
        guard let continuation = waiter.continuation else {
            releasedEarly[waiter.number] = admission
            return nil
        }
        return (continuation, admission)
    }

    /// Where the next stands who may pass.
    private func nextPlace(last: Bool) -> Int? {
        guard !isGone else { return nil }
        let level = path.last
        let takesEvents = isRunning
        func mayPass(_ waiter: Waiter) -> Bool {
            guard waiter.level == level else { return false }
            if case .event = waiter.kind { return takesEvents }
            return true
        }
        if last { return waiters.lastIndex { mayPass($0) } }
        // A section that whoever was let in asks for in his first turn comes before those who wait behind him. Older
        // ones have their place in line: else two who ask for sections in turns would keep everybody else out.
        let section = waiters.firstIndex { waiter in
            guard case .section = waiter.kind, waiter.number >= recentFrom else { return false }
            return mayPass(waiter)
        }
        return section ?? waiters.firstIndex { mayPass($0) }
    }

    private mutating func admission(of kind: Kind) -> Admission? {
        switch kind {
        case .event:
            guard case .running(let instance) = state else { return nil }
            inside += 1
            return .entered(instance)
        case .reply:
            return .passed
        case .section(let section):
            path.append(section)
            return .passed
        }
    }

    // MARK: Out

    /// An event has left; returns whether somebody waits for just that.
    mutating func leave(bytes eventBytes: Int) -> Bool {
        precondition(inside > 0, "An event left an instance in which there was none.")
        inside -= 1
        bytes -= eventBytes
        return isRestAwaited && load == 0
    }

    /// Somebody wants to know when no event is inside any more; false when that is so by now.
    mutating func awaitRest() -> Bool {
        guard !isGone, load > 0 || isBlocked else { return false }
        isRestAwaited = true
        return true
    }

    /// Whether it starts, or an event is inside or waits, or a section runs.
    var isOccupied: Bool { !isGone && !(isRunning && load == 0 && path.isEmpty) }

    /// Ends the instance if it has nothing to do; returns whether it did.
    mutating func stopIfIdle() -> Bool {
        guard isRunning, !isOccupied else { return false }
        state = .gone(nil)
        return true
    }

    /// Ends the instance whatever it is doing; returns who waited, or nil when it had ended before.
    ///
    /// - Parameter error: The answer to those who wait, when the initializer failed.
    mutating func reset(_ error: (any Error)?) -> [Continuation]? {
        guard !isGone else { return nil }
        state = .gone(error)
        path = []
        let waiting = waiters.compactMap(\.continuation)
        for waiter in waiters { bytes -= waiter.bytes }
        waiters = []
        return waiting
    }

    private static func overloaded(_ what: String) -> RoostError {
        RoostError(.overloaded, "Durable Object is overloaded. \(what)", overloaded: true)
    }
}
