/// A number of a rate limit that is out of range.
public struct RateLimitPolicyError: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// The field that was wrong, as it is written in a configuration.
    public let field: String
    /// What it must be.
    public let reason: String

    /// The field and what it must be, as one sentence.
    public var description: String { "\(field) \(reason)." }

    static func check(_ value: Int, in range: ClosedRange<Int>, field: String) throws(RateLimitPolicyError) {
        guard range.contains(value) else {
            throw RateLimitPolicyError(
                field: field,
                reason: "must be between \(range.lowerBound) and \(range.upperBound)"
            )
        }
    }
}
