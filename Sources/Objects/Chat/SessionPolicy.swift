import RoostRuntime

/// How long a session is kept, and how much of it.
///
/// The numbers are the tenant's configuration and come with each call; a session applies the ones it was called with
/// last.
public struct SessionPolicy: Hashable, Sendable, Codable {
    /// How many days a message is kept, and a session after its last change.
    public let retentionDays: Int
    /// How many messages are kept; the oldest go first.
    public let maxMessages: Int

    /// The edge service's default: 30 days, 1,000 messages.
    public static let standard = SessionPolicy(retentionDays: 30, maxMessages: 1_000)

    /// Creates a policy; numbers below 1 count as 1, and no policy keeps more than
    /// ``EdgeObjectLimits/sessionMessagesMax`` messages.
    public init(retentionDays: Int, maxMessages: Int) {
        self.retentionDays = max(1, min(retentionDays, 36_500))
        self.maxMessages = max(1, min(maxMessages, EdgeObjectLimits.sessionMessagesMax))
    }

    var retentionMilliseconds: Int64 { Int64(retentionDays) * 86_400_000 }

    /// The moment before which everything is too old at `now`.
    func cutoff(_ now: Timestamp) -> Timestamp {
        Timestamp(milliseconds: now.milliseconds - retentionMilliseconds)
    }

    /// When something last changed at `time` expires.
    func expiry(of time: Timestamp) -> Timestamp {
        Timestamp(milliseconds: time.milliseconds + retentionMilliseconds)
    }
}
