/// Which algorithm limits a client, and with which numbers.
///
/// A policy is checked when it is made and when it is decoded, so that the algorithms never meet a window of no
/// length or a bucket that never fills.
public enum RateLimitPolicy: Hashable, Sendable, Codable {
    /// At most `limit` in any window, and at most `burst` in any of the shorter burst windows.
    case slidingWindow(SlidingWindowPolicy)
    /// A bucket of `capacity` that refills steadily.
    case tokenBucket(TokenBucketPolicy)

    /// The most requests that an unused limit lets pass at once.
    public var limit: Int {
        switch self {
        case .slidingWindow(let policy): policy.limit
        case .tokenBucket(let policy): policy.capacity
        }
    }
}

/// The numbers of a sliding window.
public struct SlidingWindowPolicy: Hashable, Sendable {
    /// How many requests fit into any window.
    public let limit: Int
    /// The length of the window, in seconds.
    public let windowSeconds: Int
    /// How many requests fit into any burst window.
    public let burst: Int
    /// The length of the burst window, in seconds.
    public let burstWindowSeconds: Int

    /// The edge service's default: 60 in a minute, of which 20 in ten seconds.
    public static let standard = SlidingWindowPolicy(limit: 60, window: 60, burst: 20, burstWindow: 10)

    /// Creates a policy after checking its numbers.
    ///
    /// - Throws: ``RateLimitPolicyError`` naming the first number that is out of range.
    public init(
        limit: Int,
        windowSeconds: Int,
        burst: Int,
        burstWindowSeconds: Int
    ) throws(RateLimitPolicyError) {
        try RateLimitPolicyError.check(limit, in: 1...EdgeObjectLimits.rateLimitMax, field: "limit")
        try RateLimitPolicyError.check(
            windowSeconds,
            in: 1...EdgeObjectLimits.rateLimitWindowSecondsMax,
            field: "windowSeconds"
        )
        try RateLimitPolicyError.check(burst, in: 1...EdgeObjectLimits.rateLimitMax, field: "burst")
        try RateLimitPolicyError.check(burstWindowSeconds, in: 1...windowSeconds, field: "burstWindowSeconds")
        self.init(limit: limit, window: windowSeconds, burst: burst, burstWindow: burstWindowSeconds)
    }

    private init(limit: Int, window: Int, burst: Int, burstWindow: Int) {
        self.limit = limit
        self.windowSeconds = window
        self.burst = burst
        self.burstWindowSeconds = burstWindow
    }

    var windowMilliseconds: Int64 { Int64(windowSeconds) * 1000 }
    var burstWindowMilliseconds: Int64 { Int64(burstWindowSeconds) * 1000 }
}

/// The numbers of a token bucket.
public struct TokenBucketPolicy: Hashable, Sendable {
    /// How many tokens the bucket holds.
    public let capacity: Int
    /// How many tokens it gains each second; fractions are kept, down to a millionth.
    public let refillPerSecond: Double

    /// Creates a policy after checking its numbers.
    ///
    /// - Throws: ``RateLimitPolicyError`` naming the first number that is out of range.
    public init(capacity: Int, refillPerSecond: Double) throws(RateLimitPolicyError) {
        try RateLimitPolicyError.check(capacity, in: 1...EdgeObjectLimits.rateLimitMax, field: "capacity")
        guard refillPerSecond >= 0.000_001, refillPerSecond <= Double(EdgeObjectLimits.rateLimitMax) else {
            throw RateLimitPolicyError(
                field: "refillPerSecond",
                reason: "must be between 0.000001 and \(EdgeObjectLimits.rateLimitMax)"
            )
        }
        self.capacity = capacity
        self.refillPerSecond = refillPerSecond
    }
}
