import DequeModule

/// The life of one instance, from the first event to the moment when nothing may reach it any more.
///
/// Guarantee: events are let in when the initializer has returned, in the order in which they came; an instance that
/// has begun to stop or was reset lets nothing in (DESIGN §4, invariant 1).
///
/// Invariants
/// 1. Events wait in order of arrival: all of them in `starting`; in `running` those that waited before, let in one
///    after the other, and whoever comes before the last of them is in.
/// 2. `running` stops only when no event is in it.
/// 3. The events inside and waiting never exceed the limits, in count and in bytes.
///
///     starting ── started ──▶ running ── stop ──▶ gone
///        │                       │                  ▲        (terminal)
///        └──────── reset ────────┴──────────────────┘
///
/// Isolation: a value inside the lock of `Activation`; continuations are resumed by the caller, outside the lock.
struct ActivationStateMachine: ~Copyable {
    typealias Continuation = CheckedContinuation<Admission, Never>

    /// The answer to an event that wants in.
    enum Admission: Sendable {
        /// It is in, and must say when it is out again.
        case entered(any DurableObject)
        /// It must wait under this number.
        case wait(UInt64)
        /// The object has too much to do.
        case overloaded(RoostError)
        /// This instance is gone; with an error if its start failed, which is then the answer to those who waited.
        case gone((any Error)?)
        /// The waiting task was cancelled.
        case cancelled
    }

    private struct Waiter {
        let number: UInt64
        let bytes: Int
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

    private var state = State.starting
    private var waiters: Deque<Waiter> = []
    /// Cancelled between getting a number and being parked.
    private var cancelledEarly: Set<UInt64> = []
    private var nextNumber: UInt64 = 1
    /// Those who waited for the start are being let in, one after the other.
    private var isAdmitting = false
    private var inside = 0
    private var bytes = 0
    private let eventsMax: Int
    private let bytesMax: Int

    init(eventsMax: Int, bytesMax: Int) {
        self.eventsMax = eventsMax
        self.bytesMax = bytesMax
    }

    /// How many events are in the instance or wait for it.
    var load: Int { inside + waiters.count }

    var isRunning: Bool {
        if case .running = state { true } else { false }
    }

    var isGone: Bool {
        if case .gone = state { true } else { false }
    }

    mutating func enter(bytes eventBytes: Int) -> Admission {
        switch state {
        case .gone(let error):
            return .gone(error)
        case .starting, .running:
            guard load < eventsMax else {
                return .overloaded(Self.overloaded("Too many requests queued."))
            }
            guard bytes + eventBytes <= bytesMax || load == 0 else {
                return .overloaded(Self.overloaded("Too much data queued."))
            }
        }
        bytes += eventBytes
        guard case .running(let instance) = state, !isAdmitting else {
            let number = nextNumber
            nextNumber += 1
            waiters.append(Waiter(number: number, bytes: eventBytes, continuation: nil))
            return .wait(number)
        }
        inside += 1
        return .entered(instance)
    }

    /// Parks a waiter whose number was given by `enter`; returns the answer if it is known by now.
    mutating func park(_ number: UInt64, _ continuation: Continuation) -> Admission? {
        if let place = waiters.firstIndex(where: { $0.number == number }) {
            waiters[place].continuation = continuation
            return nil
        }
        if cancelledEarly.remove(number) != nil { return .cancelled }
        switch state {
        case .gone(let error): return .gone(error)
        case .running(let instance): return .entered(instance)
        case .starting: preconditionFailure("Waiter \(number) waits for no start.")
        }
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

    /// The initializer has returned; those who wait are let in with `admitNext`.
    ///
    /// - Returns: False when the instance was reset while it started.
    mutating func started(_ instance: any DurableObject) -> Bool {
        guard case .starting = state else { return false }
        state = .running(instance)
        isAdmitting = true
        return true
    }

    /// Lets the next in of those who wait; it counts as inside.
    ///
    /// To be called once when the instance has started, and once for each who was let in by this, when its call stands
    /// in the actor's queue: so the order of waiting is the order of the calls. Until the last of them is there,
    /// everybody else waits as well.
    ///
    /// - Parameter last: Lets the last in instead: a deliberate mistake, for tests of the simulator's checkers.
    /// - Returns: Who is let in; nil when nobody waits, or when the one who may enter is not parked yet and will be
    ///   told in `park`.
    mutating func admitNext(last: Bool = false) -> Continuation? {
        guard case .running = state, let waiter = last ? waiters.popLast() : waiters.popFirst() else {
            isAdmitting = false
            return nil
        }
        inside += 1
        return waiter.continuation
    }

    /// An event has left.
    mutating func leave(bytes eventBytes: Int) {
        precondition(inside > 0, "An event left an instance in which there was none.")
        inside -= 1
        bytes -= eventBytes
    }

    /// Ends the instance if it has nothing to do; returns whether it did.
    mutating func stopIfIdle() -> Bool {
        guard isRunning, load == 0 else { return false }
        state = .gone(nil)
        return true
    }

    /// Ends the instance whatever it is doing; returns who waited, or nil when it had ended before.
    ///
    /// - Parameter error: The answer to those who wait, when the initializer failed.
    mutating func reset(_ error: (any Error)?) -> [Continuation]? {
        guard !isGone else { return nil }
        state = .gone(error)
        let waiting = waiters.compactMap(\.continuation)
        for waiter in waiters { bytes -= waiter.bytes }
        waiters = []
        return waiting
    }

    private static func overloaded(_ what: String) -> RoostError {
        RoostError(.overloaded, "Durable Object is overloaded. \(what)", overloaded: true)
    }
}
