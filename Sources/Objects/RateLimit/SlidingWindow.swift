public import RoostRuntime

/// An exact sliding window: a log of what was allowed, and when.
///
/// A request of cost `n` passes when, with it, no window of ``SlidingWindowPolicy/windowSeconds`` ending now holds
/// more than `limit` and no burst window more than `burst`.
///
/// Invariants
/// 1. The log is in order of time and holds at most `limit` in sum (of the largest limit it was used with), so its
///    size is bounded by the policy.
/// 2. A refused request changes nothing: it uses up neither window.
/// 3. Time that runs backwards neither frees slots nor locks the client out: the log moves back with the clock, as if
///    no time had passed.
public struct SlidingWindow: Hashable, Sendable {
    /// Requests allowed in the same millisecond.
    struct Entry: Hashable, Sendable {
        var time: Int64
        var cost: Int
    }

    /// The numbers in force.
    ///
    /// Changing them keeps the log: what was used stays used under the new numbers.
    public var policy: SlidingWindowPolicy
    private(set) var log: [Entry] = []
    /// The sum of the log, so that a check need not add it up.
    private var total = 0

    /// Creates a window in which nothing was used.
    public init(policy: SlidingWindowPolicy) {
        self.policy = policy
    }

    init(policy: SlidingWindowPolicy, log: [Entry]) {
        self.policy = policy
        self.log = log
        self.total = log.reduce(0) { $0 + $1.cost }
    }

    /// Asks for `cost` slots and takes them if they are free.
    ///
    /// - Precondition: `cost` is positive.
    /// - Complexity: linear in the number of entries in the window.
    public mutating func check(cost: Int = 1, now: Timestamp) -> RateLimitDecision {
        precondition(cost > 0, "A request costs at least 1.")
        settle(now.milliseconds)
        let allowed = cost <= free(now.milliseconds)
        if allowed { append(cost, at: now.milliseconds) }
        return decision(allowed: allowed, cost: cost, now: now)
    }

    /// Says what a request of cost 1 would get, without taking a slot.
    public func usage(now: Timestamp) -> RateLimitDecision {
        var copy = self
        copy.settle(now.milliseconds)
        return copy.decision(allowed: copy.free(now.milliseconds) > 0, cost: 1, now: now)
    }

    /// How much of the long window is used at `now`.
    func used(now: Timestamp) -> Int {
        var copy = self
        copy.settle(now.milliseconds)
        return copy.total
    }

    /// Counts `cost` slots as used at `now`, whether they were free or not.
    mutating func charge(_ cost: Int, now: Timestamp) {
        guard cost > 0 else { return }
        settle(now.milliseconds)
        append(cost, at: now.milliseconds)
    }

    // MARK: The log

    private mutating func append(_ cost: Int, at time: Int64) {
        total += cost
        if let last = log.indices.last, log[last].time == time {
            log[last].cost += cost
        } else {
            log.append(Entry(time: time, cost: cost))
        }
    }

    /// Moves the log back with a clock that stepped back, then drops what no window reaches any more.
    private mutating func settle(_ now: Int64) {
        if let last = log.last, last.time > now {
            let step = last.time - now
            for index in log.indices { log[index].time -= step }
        }
        let expired = log.prefix { $0.time + policy.windowMilliseconds <= now }
        guard !expired.isEmpty else { return }
        total -= expired.reduce(0) { $0 + $1.cost }
        log.removeFirst(expired.count)
    }

    /// What a window ending at `now` holds; the log is settled, so the long one holds all of it.
    private func used(within window: Int64, _ now: Int64) -> Int {
        guard window < policy.windowMilliseconds else { return total }
        return log.reversed().prefix { $0.time + window > now }.reduce(0) { $0 + $1.cost }
    }

    private func free(_ now: Int64) -> Int {
        max(
            0,
            min(
                policy.limit - used(within: policy.windowMilliseconds, now),
                policy.burst - used(within: policy.burstWindowMilliseconds, now)
            )
        )
    }

    /// The first moment from `now` on at which `slots` are free in one window, if nothing else is asked.
    private func moment(freeing slots: Int, limit: Int, window: Int64, _ now: Int64) -> Int64? {
        guard slots <= limit else { return nil }
        var excess = used(within: window, now) + slots - limit
        guard excess > 0 else { return now }
        for entry in log where entry.time + window > now {
            excess -= entry.cost
            if excess <= 0 { return entry.time + window }
        }
        return now
    }

    /// The first moment from `now` on at which both windows have `slots` free, or `nil` if they never do.
    private func moment(freeing slots: Int, _ now: Int64) -> Int64? {
        guard
            let long = moment(freeing: slots, limit: policy.limit, window: policy.windowMilliseconds, now),
            let short = moment(freeing: slots, limit: policy.burst, window: policy.burstWindowMilliseconds, now)
        else { return nil }
        return max(long, short)
    }

    private func decision(allowed: Bool, cost: Int, now: Timestamp) -> RateLimitDecision {
        let now = now.milliseconds
        let remaining = free(now)
        let retry = allowed ? nil : moment(freeing: cost, now)
        return RateLimitDecision(
            allowed: allowed,
            limit: policy.limit,
            remaining: remaining,
            resetAt: Timestamp(milliseconds: moment(freeing: remaining + 1, now) ?? now),
            retryAfter: retry.map { .milliseconds($0 - now) }
        )
    }
}
