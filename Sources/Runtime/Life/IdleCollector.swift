import HeapModule
import Synchronization

/// Puts objects to sleep that have had nothing to do for a while, and earlier when there are too many or the memory
/// runs short: those first that have been idle for longest.
///
/// Every live instance with nothing in it stands in one heap, by the time of its last activity as far as that is known;
/// the idle time is the same for all, so the first in the heap is always the next that can be due, and one timer is
/// enough for any number. An instance that is found at work leaves the heap and comes back when its work ends, so one
/// that never ends costs nothing.
///
/// Invariants
/// 1. A live instance is in the heap, or being looked at, exactly while its `isWatched` is true; one that has gone may
///    stand there until its turn. One that is not has something in it, which says so when it ends
///    (`Activation.rest`).
/// 2. No instance stands behind the time of its last activity: one that was active since stands too early, which is
///    found when its turn comes.
final class IdleCollector: Sendable {
    /// An instance; gone with it, so that one that was reset or put to sleep early does not stay until its turn.
    private final class Watch: Sendable {
        weak let activation: Activation?

        init(_ activation: Activation) { self.activation = activation }
    }

    private struct Watched: Comparable {
        let watch: Watch
        let since: Duration
        let number: UInt64

        static func == (left: Watched, right: Watched) -> Bool { left.number == right.number }

        static func < (left: Watched, right: Watched) -> Bool {
            (left.since, left.number) < (right.since, right.number)
        }
    }

    private struct State {
        var watched = Heap<Watched>()
        var nextNumber: UInt64 = 0
        var timer: TimerToken?
        var isStopped = false

        mutating func insert(_ activation: Activation, since: Duration) {
            guard !isStopped else { return }
            watched.insert(Watched(watch: Watch(activation), since: since, number: nextNumber))
            nextNumber += 1
        }

        mutating func popAll(upTo cutoff: Duration) -> [Watched] {
            var due: [Watched] = []
            while let first = watched.min, first.since <= cutoff { due.append(watched.removeMin()) }
            return due
        }
    }

    /// How many objects are looked at to find some that are idle; the others have their turn the next time.
    private static let looksMax = 4_096
    /// The part of the awake objects that makes room when the memory runs short.
    private static let reliefDivisor = 8

    private let clock: any RuntimeClock
    private let idleTime: Duration
    private let memory: MemoryPressure
    private let state = Mutex(State())

    init(clock: any RuntimeClock, idleTime: Duration, memory: MemoryPressure) {
        self.clock = clock
        self.idleTime = idleTime
        self.memory = memory
    }

    /// How many instances are watched, or were and have gone.
    var count: Int { state.withLock { $0.watched.count } }

    func watch(_ activation: Activation, since moment: Duration) {
        let isFirst = state.withLock { state in
            state.insert(activation, since: moment)
            return state.timer == nil && !state.isStopped
        }
        if isFirst { arm() }
    }

    /// Stops looking.
    ///
    /// Instances that are live stay so.
    func stop() {
        let timer = state.withLock { state in
            state.isStopped = true
            state.watched = Heap()
            defer { state.timer = nil }
            return state.timer
        }
        if let timer { clock.cancel(timer) }
    }

    // MARK: Early

    /// Puts the longest idle objects to sleep at once, until `count` of them sleep or none is idle.
    func shed(_ count: Int) -> Int {
        let stopped = shed(count, inOrder: true)
        // Everybody was active since his turn came last. Better somebody younger than nobody.
        return stopped > 0 ? stopped : shed(count, inOrder: false)
    }

    private func shed(_ count: Int, inOrder: Bool) -> Int {
        var stopped = 0
        var looks = 0
        // Once around at most; those who have gone cost no look.
        for _ in 0..<self.count {
            guard stopped < count, looks < Self.looksMax,
                let watched = state.withLock({ $0.watched.popMin() })
            else { break }
            guard let activation = watched.watch.activation else { continue }
            looks += 1
            let last = activation.idleSince
            if inOrder, last > watched.since {
                state.withLock { $0.insert(activation, since: last) }
            } else if look(at: activation, idleSince: clock.elapsed) {
                stopped += 1
            }
        }
        // The timer may have come while those who stay were not in the heap.
        arm()
        return stopped
    }

    /// Puts some of the longest idle objects to sleep if the process takes too much memory.
    func relieve() {
        guard memory.isHigh else { return }
        _ = shed(max(1, count / Self.reliefDivisor))
    }

    // MARK: In time

    private func arm() {
        state.withLock { state in
            guard !state.isStopped, state.timer == nil, let first = state.watched.min else { return }
            let delay = first.since + idleTime - clock.elapsed
            state.timer = clock.schedule(after: max(delay, .milliseconds(1))) { [weak self] in self?.sweep() }
        }
    }

    private func sweep() {
        let cutoff = clock.elapsed - idleTime
        // Taken out first, since who is busy goes back; and the timer counts as set meanwhile, since it is set at the
        // end for whoever is then the first.
        for watched in state.withLock({ $0.popAll(upTo: cutoff) }) {
            if let activation = watched.watch.activation { _ = look(at: activation, idleSince: cutoff) }
        }
        relieve()
        state.withLock { $0.timer = nil }
        arm()
    }

    /// Returns whether the object went to sleep; one that is awake is looked at again when it may be due.
    private func look(at activation: Activation, idleSince cutoff: Duration) -> Bool {
        switch activation.stopIfIdle(since: cutoff) {
        case .stopped: return true
        case .gone: break
        case .active(let since):
            state.withLock { $0.insert(activation, since: since) }
        case .occupied:
            activation.isWatched.store(false, ordering: .sequentiallyConsistent)
            // What is inside may have ended between the two looks, when it thought that somebody watches.
            if !activation.isOccupied, !activation.isWatched.exchange(true, ordering: .sequentiallyConsistent) {
                state.withLock { $0.insert(activation, since: clock.elapsed) }
            }
        }
        return false
    }
}
