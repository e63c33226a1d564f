import RoostRuntime

/// What a session stores about itself, under one key.
///
/// Messages are numbered without gaps and only the oldest are ever deleted, so two numbers say which ones exist and
/// how many.
struct SessionRecord: Hashable, Sendable, Codable {
    var owner: String?
    var title: String?
    var metadata: [String: JSONValue]?
    var createdAt: Timestamp
    var updatedAt: Timestamp
    /// The number of the oldest message that is kept.
    var firstSequence: Int64 = 1
    /// The number the next message will get.
    var nextSequence: Int64 = 1

    var messageCount: Int { Int(nextSequence - firstSequence) }

    func hasExpired(_ policy: SessionPolicy, now: Timestamp) -> Bool {
        policy.expiry(of: updatedAt) <= now
    }

    func description(_ policy: SessionPolicy) -> SessionMetadata {
        SessionMetadata(
            userId: owner,
            title: title,
            metadata: metadata,
            messageCount: messageCount,
            createdAt: createdAt,
            updatedAt: updatedAt,
            expiresAt: policy.expiry(of: updatedAt)
        )
    }
}
