public import RoostRuntime

/// What a rate limit says about one request.
public struct RateLimitDecision: Hashable, Sendable, Codable {
    /// Whether the request may pass; a refused request consumed nothing.
    public var allowed: Bool
    /// The limit in force: how many requests fit into an unused window or bucket.
    public var limit: Int
    /// How many requests of cost 1 would be allowed right now, after this one.
    public var remaining: Int
    /// When ``remaining`` grows next if nothing else is asked; now, if nothing is used.
    public var resetAt: Timestamp
    /// How long to wait before the same request can pass: `nil` if it passed, or if its cost can never fit.
    public var retryAfter: Duration?

    /// Creates a decision from its parts.
    public init(allowed: Bool, limit: Int, remaining: Int, resetAt: Timestamp, retryAfter: Duration? = nil) {
        self.allowed = allowed
        self.limit = limit
        self.remaining = remaining
        self.resetAt = resetAt
        self.retryAfter = retryAfter
    }
}
