public import RoostRuntime

/// One line of a tenant's list of sessions.
public struct SessionSummary: Hashable, Sendable, Codable {
    /// The session.
    public var sessionId: String
    /// The user it belongs to, if any.
    public var userId: String?
    /// Its title.
    public var title: String?
    /// How many messages it holds.
    public var messageCount: Int
    /// When it was created.
    public var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp

    /// Summarises a session.
    public init(sessionId: String, _ session: SessionMetadata) {
        self.sessionId = sessionId
        self.userId = session.userId
        self.title = session.title
        self.messageCount = session.messageCount
        self.createdAt = session.createdAt
        self.updatedAt = session.updatedAt
    }
}

/// One page of a tenant's sessions, newest first.
public struct SessionPage: Hashable, Sendable, Codable {
    /// The sessions, the one that changed last first.
    public var sessions: [SessionSummary]
    /// Where the next page begins, or `nil` if this was the last.
    public var cursor: SessionCursor?
}
