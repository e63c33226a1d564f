/// A request that a limiter cannot answer.
public enum RateLimiterError: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// The cost was zero or negative; it must be at least 1.
    case invalidCost(Int)
    /// What the limiter has stored cannot be read: another program wrote it, or a newer version of this one.
    case unreadableState

    /// What was wrong and what to send instead.
    public var description: String {
        switch self {
        case .invalidCost(let cost): "A request costs at least 1, not \(cost)."
        case .unreadableState:
            "What this limiter has stored cannot be read; it was written by another or a newer program. Reset the key."
        }
    }
}
