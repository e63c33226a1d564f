import Dispatch
import Glibc
import Synchronization

/// The machine's clocks.
///
/// One timer source of the system serves any number of timers.
public final class SystemClock: RuntimeClock {
    /// The clock of this process.
    public static let shared = SystemClock()

    private let timers = Mutex(TimerQueue())
    // The timer source is made and activated once; `schedule` is called under the lock of `timers` only.
    nonisolated(unsafe) private let source: any DispatchSourceTimer

    private init() {
        unsafe source = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "roost.clock"))
        unsafe source.setEventHandler { [unowned self] in self.fire() }
        unsafe source.activate()
    }

    /// The system's civil time.
    public var now: Timestamp {
        let time = Self.read(CLOCK_REALTIME)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// The system's monotonic time.
    public var elapsed: Duration {
        let time = Self.read(CLOCK_MONOTONIC)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// Sets a timer; see ``RuntimeClock/schedule(after:_:)``.
    @discardableResult
    public func schedule(after delay: Duration, _ action: @escaping @Sendable () -> Void) -> TimerToken {
        let due = elapsed + max(delay, .zero)
        let (token, isFirst) = timers.withLock { timers in
            let before = timers.nextDue
            let token = timers.add(due: due, action)
            return (token, before.map { due < $0 } ?? true)
        }
        if isFirst { arm() }
        return token
    }

    /// Cancels a timer; see ``RuntimeClock/cancel(_:)``.
    public func cancel(_ token: TimerToken) {
        timers.withLock { $0.cancel(token) }
    }

    private func arm() {
        timers.withLock { timers in
            guard let due = timers.nextDue else { return }
            unsafe source.schedule(deadline: .now() + .nanoseconds(Self.nanoseconds(toWait: due - elapsed)))
        }
    }

    /// How long the source is armed for a timer that is due after this time.
    ///
    /// A day at most, after which it is looked at again: the nanoseconds of centuries would overflow.
    static func nanoseconds(toWait time: Duration) -> Int {
        let wait = min(max(time, .zero), .seconds(86_400)).components
        return Int(wait.seconds) * 1_000_000_000 + Int(wait.attoseconds / 1_000_000_000)
    }

    private func fire() {
        let moment = elapsed
        while let timer = timers.withLock({ $0.popDue(at: moment) }) { timer.action() }
        arm()
    }

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        let result = unsafe clock_gettime(clock, &time)
        precondition(result == 0, "The system has no clock \(clock).")
        return time
    }
}
