/// Where the runtime and its objects get the time, and who wakes them later.
///
/// The live implementation is ``SystemClock``; tests and simulations put a virtual one in its place, and then nothing
/// in the runtime waits in real time.
///
/// Isolation: every member may be used from any thread. `action` runs on a thread of the clock's choice, outside all
/// locks of the clock, and must not block.
public protocol RuntimeClock: Sendable {
    /// The civil time. It may step, also backwards.
    var now: Timestamp { get }

    /// The time since some fixed moment. It never goes backwards.
    var elapsed: Duration { get }

    /// Calls `action` once, as soon as `delay` has passed. A delay of zero or less means at once, but never inside this
    /// call.
    @discardableResult
    func schedule(after delay: Duration, _ action: @escaping @Sendable () -> Void) -> TimerToken

    /// Forgets a timer. Does nothing if it has already been called or cancelled.
    func cancel(_ token: TimerToken)
}

/// Names one scheduled timer of one clock.
public struct TimerToken: Hashable, Sendable {
    package let number: UInt64

    package init(number: UInt64) { self.number = number }
}
