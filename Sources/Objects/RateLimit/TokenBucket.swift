public import RoostRuntime

/// A bucket of tokens that refills steadily and is emptied by requests.
///
/// Tokens are counted in whole billionths, so that a refill keeps every fraction and the moment promised by a refusal
/// is the moment at which the token is there: sums of floating-point numbers would miss it by a rounding error.
///
/// Invariants
/// 1. The level is between nothing and the capacity.
/// 2. A refused request changes nothing but the time up to which refills are counted.
/// 3. Time that runs backwards adds nothing and takes nothing away.
public struct TokenBucket: Hashable, Sendable {
    /// One token, in the unit of ``level``.
    private static let token: Int64 = 1_000_000_000

    /// The numbers in force; change them with ``adopt(_:now:)``.
    public private(set) var policy: TokenBucketPolicy
    /// The tokens in the bucket at ``updatedAt``, in billionths.
    private(set) var level: Int64
    private(set) var updatedAt: Timestamp

    /// Creates a full bucket.
    public init(policy: TokenBucketPolicy, now: Timestamp) {
        self.policy = policy
        self.level = Int64(policy.capacity) * Self.token
        self.updatedAt = now
    }

    /// A bucket as it was written; `nil` when no bucket can be at that level.
    init?(policy: TokenBucketPolicy, level: Int64, updatedAt: Timestamp) {
        guard (0...Int64(policy.capacity) * Self.token).contains(level) else { return nil }
        self.policy = policy
        self.level = level
        self.updatedAt = updatedAt
    }

    /// Asks for `cost` tokens and takes them if they are there.
    ///
    /// - Precondition: `cost` is positive.
    public mutating func check(cost: Int = 1, now: Timestamp) -> RateLimitDecision {
        precondition(cost > 0, "A request costs at least 1.")
        refill(now)
        let allowed = cost <= policy.capacity && level >= Int64(cost) * Self.token
        if allowed { level -= Int64(cost) * Self.token }
        return decision(allowed: allowed, cost: cost, now: now)
    }

    /// Says what a request of cost 1 would get, without taking a token.
    public func usage(now: Timestamp) -> RateLimitDecision {
        var copy = self
        copy.refill(now)
        return copy.decision(allowed: copy.level >= Self.token, cost: 1, now: now)
    }

    /// Goes on with other numbers: what was refilled so far stays, as far as it fits.
    public mutating func adopt(_ policy: TokenBucketPolicy, now: Timestamp) {
        refill(now)
        self.policy = policy
        level = min(level, capacity)
    }

    /// How many whole tokens are missing at `now`.
    func used(now: Timestamp) -> Int {
        var copy = self
        copy.refill(now)
        return policy.capacity - Int(copy.level / Self.token)
    }

    /// Takes up to `cost` tokens, as many as there are.
    mutating func charge(_ cost: Int, now: Timestamp) {
        refill(now)
        level = max(0, level - Int64(min(cost, policy.capacity)) * Self.token)
    }

    // MARK: Arithmetic

    private var capacity: Int64 { Int64(policy.capacity) * Self.token }

    /// Billionths of a token gained each millisecond; at least one, so that every bucket fills.
    private var rate: Int64 { max(1, Int64((policy.refillPerSecond * 1_000_000).rounded())) }

    private mutating func refill(_ now: Timestamp) {
        let elapsed = now.milliseconds - updatedAt.milliseconds
        updatedAt = now
        guard elapsed > 0 else { return }
        // Compared before it is multiplied: a bucket that slept for years must not overflow.
        if elapsed >= milliseconds(toGain: capacity - level) {
            level = capacity
        } else {
            level += elapsed * rate
        }
    }

    private func milliseconds(toGain amount: Int64) -> Int64 {
        amount <= 0 ? 0 : (amount - 1) / rate + 1
    }

    private func decision(allowed: Bool, cost: Int, now: Timestamp) -> RateLimitDecision {
        let whole = level / Self.token
        let next = min(capacity, (whole + 1) * Self.token)
        var retryAfter: Duration?
        if !allowed, cost <= policy.capacity {
            retryAfter = .milliseconds(milliseconds(toGain: Int64(cost) * Self.token - level))
        }
        return RateLimitDecision(
            allowed: allowed,
            limit: policy.capacity,
            remaining: Int(whole),
            resetAt: Timestamp(milliseconds: now.milliseconds + milliseconds(toGain: next - level)),
            retryAfter: retryAfter
        )
    }
}
