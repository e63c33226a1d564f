import HeapModule
import Synchronization

/// Puts objects to sleep that have had nothing to do for a while.
///
/// Every live instance stands in one queue, by the time at which it was last seen to be active; the idle time is the
/// same for all, so the first in the queue is always the next that can be due, and one timer is enough for any number.
///
/// Invariant: an instance is in the queue exactly while its `isWatched` is true.
final class IdleCollector: Sendable {
    private struct Watched: Comparable {
        let activation: Activation
        let since: Duration
        /// Among those of one moment, who came first.
        let number: UInt64

        static func == (left: Watched, right: Watched) -> Bool { left.number == right.number }

        static func < (left: Watched, right: Watched) -> Bool {
            left.since == right.since ? left.number < right.number : left.since < right.since
        }
    }

    private struct State {
        /// A heap: most of those who are looked at have been active since, and go back to any place in it.
        var queue = Heap<Watched>()
        var count: UInt64 = 0
        var timer: TimerToken?
        var isStopped = false

        mutating func insert(_ activation: Activation, since moment: Duration) {
            queue.insert(Watched(activation: activation, since: moment, number: count))
            count += 1
        }
    }

    /// How many objects are looked at to find one that is idle; the others have their turn the next time.
    private static let looksMax = 4_096

    private let clock: any RuntimeClock
    private let idleTime: Duration
    private let state = Mutex(State())

    init(clock: any RuntimeClock, idleTime: Duration) {
        self.clock = clock
        self.idleTime = idleTime
    }

    func watch(_ activation: Activation, since moment: Duration) {
        let isFirst = state.withLock { state in
            guard !state.isStopped else { return false }
            state.insert(activation, since: moment)
            return state.timer == nil
        }
        if isFirst { arm() }
    }

    /// Stops looking.
    ///
    /// Instances that are live stay so.
    func stop() {
        let timer = state.withLock { state in
            state.isStopped = true
            state.queue = Heap()
            defer { state.timer = nil }
            return state.timer
        }
        if let timer { clock.cancel(timer) }
    }

    /// Puts the longest idle objects to sleep at once, until `count` of them sleep or none is idle.
    func shed(_ count: Int) -> Int {
        var stopped = 0
        for _ in 0..<min(state.withLock({ $0.queue.count }), Self.looksMax) where stopped < count {
            guard let watched = state.withLock({ $0.queue.popMin() }) else { break }
            if look(at: watched, idleSince: clock.elapsed) { stopped += 1 }
        }
        return stopped
    }

    private func arm() {
        state.withLock { state in
            guard !state.isStopped, state.timer == nil, let first = state.queue.min else { return }
            let delay = first.since + idleTime - clock.elapsed
            state.timer = clock.schedule(after: max(delay, .milliseconds(1))) { [weak self] in self?.sweep() }
        }
    }

    private func sweep() {
        let cutoff = clock.elapsed - idleTime
        state.withLock { $0.timer = nil }
        while let watched = state.withLock({
            if let first = $0.queue.min, first.since <= cutoff { $0.queue.popMin() } else { nil }
        }) {
            _ = look(at: watched, idleSince: cutoff)
        }
        arm()
    }

    /// Returns whether the object went to sleep; one that is awake goes back into the queue.
    private func look(at watched: Watched, idleSince cutoff: Duration) -> Bool {
        switch watched.activation.stopIfIdle(since: cutoff) {
        case .stopped: return true
        case .gone: return false
        case .busy(let since):
            state.withLock { state in
                if !state.isStopped { state.insert(watched.activation, since: since) }
            }
            return false
        }
    }
}
