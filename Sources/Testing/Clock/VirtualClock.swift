public import RoostRuntime
import Synchronization

/// A clock that stands still until it is told to go on.
///
/// Timers fire inside ``advance(by:)``, on the caller's thread, in the order in which they are due; each sees the clock
/// at exactly its own time. What a timer starts in other tasks runs when those tasks run.
///
/// Isolation: may be used from any thread; but only one `advance` runs at a time, a second one waits for it.
public final class VirtualClock: RuntimeClock {
    /// Where every virtual clock begins: 2026-01-01 00:00:00 UTC.
    public static let start = Timestamp(milliseconds: 1_767_225_600_000)

    private struct State: ~Copyable {
        var elapsed = Duration.zero
        var shift = Duration.zero
        var timers = TimerQueue()
    }

    private let state = Mutex(State())
    private let advancing = Mutex(())
    /// The simulation that the clock belongs to, if any.
    let world = Mutex(WeakWorld(world: nil))

    /// Creates a clock at ``start``.
    public init() {}

    /// The civil time.
    public var now: Timestamp { state.withLock { Self.start + $0.elapsed + $0.shift } }

    /// The time since the clock was made.
    public var elapsed: Duration { state.withLock { $0.elapsed } }

    /// How many timers are set.
    public var timerCount: Int { state.withLock { $0.timers.count } }

    /// Sets a timer.
    @discardableResult
    public func schedule(after delay: Duration, _ action: @escaping @Sendable () -> Void) -> TimerToken {
        state.withLock { $0.timers.add(due: $0.elapsed + max(delay, .zero), action) }
    }

    /// Cancels a timer.
    public func cancel(_ token: TimerToken) { state.withLock { $0.timers.cancel(token) } }

    /// Lets time pass, firing what becomes due on the way.
    public func advance(by duration: Duration) {
        precondition(duration >= .zero, "Elapsed time does not go backwards. Use `stepCivilTime` for that.")
        advancing.withLock { _ in
            let target = state.withLock { $0.elapsed + duration }
            while let timer = nextDue(at: target) { timer() }
            state.withLock { $0.elapsed = target }
        }
    }

    /// Goes to the next timer and fires it, with those due at the same moment.
    ///
    /// - Returns: Whether there was one.
    @discardableResult
    public func advanceToNextEvent() -> Bool {
        guard let wait = state.withLock({ state in state.timers.nextDue.map { $0 - state.elapsed } }) else {
            return false
        }
        advance(by: max(wait, .zero))
        return true
    }

    /// How long it is until the next timer is due, zero when one is overdue; nil when none is set.
    public var timeToNextEvent: Duration? {
        state.withLock { state in state.timers.nextDue.map { max($0 - state.elapsed, .zero) } }
    }

    /// Sets the civil clock forward or back, as an operator or a time server does.
    ///
    /// Elapsed time is not affected.
    public func stepCivilTime(by duration: Duration) { state.withLock { $0.shift += duration } }

    private func nextDue(at target: Duration) -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard let timer = state.timers.popDue(at: target) else { return nil }
            state.elapsed = max(state.elapsed, timer.due)
            return timer.action
        }
    }
}
