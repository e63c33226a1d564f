import RoostRuntime

/// What a limiter keeps: one of the two algorithms with its numbers.
enum RateLimiterState: Hashable, Sendable {
    case slidingWindow(SlidingWindow)
    case tokenBucket(TokenBucket)

    init(policy: RateLimitPolicy, now: Timestamp) {
        switch policy {
        case .slidingWindow(let policy): self = .slidingWindow(SlidingWindow(policy: policy))
        case .tokenBucket(let policy): self = .tokenBucket(TokenBucket(policy: policy, now: now))
        }
    }

    /// Goes on under another policy, keeping what was used.
    ///
    /// The same algorithm keeps its log or its level. Between the algorithms the amount in use carries over, so that
    /// changing a configuration neither frees every client at once nor locks anybody out for longer than the new
    /// policy would.
    mutating func adopt(_ policy: RateLimitPolicy, now: Timestamp) {
        switch (self, policy) {
        case (.slidingWindow(var window), .slidingWindow(let numbers)):
            guard window.policy != numbers else { return }
            window.policy = numbers
            self = .slidingWindow(window)
        case (.tokenBucket(var bucket), .tokenBucket(let numbers)):
            guard bucket.policy != numbers else { return }
            bucket.adopt(numbers, now: now)
            self = .tokenBucket(bucket)
        case (.slidingWindow(let window), .tokenBucket(let numbers)):
            var bucket = TokenBucket(policy: numbers, now: now)
            bucket.charge(window.used(now: now), now: now)
            self = .tokenBucket(bucket)
        case (.tokenBucket(let bucket), .slidingWindow(let numbers)):
            var window = SlidingWindow(policy: numbers)
            window.charge(min(bucket.used(now: now), numbers.limit), now: now)
            self = .slidingWindow(window)
        }
    }

    mutating func check(cost: Int, now: Timestamp) -> RateLimitDecision {
        switch self {
        case .slidingWindow(var window):
            let decision = window.check(cost: cost, now: now)
            self = .slidingWindow(window)
            return decision
        case .tokenBucket(var bucket):
            let decision = bucket.check(cost: cost, now: now)
            self = .tokenBucket(bucket)
            return decision
        }
    }

    func usage(now: Timestamp) -> RateLimitDecision {
        switch self {
        case .slidingWindow(let window): window.usage(now: now)
        case .tokenBucket(let bucket): bucket.usage(now: now)
        }
    }
}
