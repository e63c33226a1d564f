import RoostObjects

extension RateLimitPolicy {
    /// The policy of a tenant's rule.
    ///
    /// A refill faster than the largest bucket in a second is as good as that; the rule may name more.
    init(_ rule: TenantRateLimit.Rule) throws(RateLimitPolicyError) {
        switch rule {
        case .slidingWindow(let limit, let windowSeconds, let burst, let burstWindowSeconds):
            self = .slidingWindow(
                try SlidingWindowPolicy(
                    limit: limit,
                    windowSeconds: windowSeconds,
                    burst: burst,
                    burstWindowSeconds: burstWindowSeconds
                )
            )
        case .tokenBucket(let capacity, let refillPerSecond):
            let fastest = Double(EdgeObjectLimits.rateLimitMax)
            self = .tokenBucket(
                try TokenBucketPolicy(
                    capacity: capacity,
                    refillPerSecond: min(max(refillPerSecond, 0.000_001), fastest)
                )
            )
        }
    }
}
