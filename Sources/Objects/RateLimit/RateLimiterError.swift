/// A request that a limiter cannot answer.
public enum RateLimiterError: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// The cost was zero or negative; it must be at least 1.
    case invalidCost(Int)

    /// What was wrong and what to send instead.
    public var description: String {
        switch self {
        case .invalidCost(let cost): "A request costs at least 1, not \(cost)."
        }
    }
}
