public import RoostRuntime

/// What is known about a session besides its messages.
public struct SessionMetadata: Hashable, Sendable, Codable {
    /// The user the session belongs to; `nil` if the tenant created it for nobody in particular.
    public var userId: String?
    /// Its title.
    public var title: String?
    /// What the creator attached to it.
    public var metadata: [String: JSONValue]?
    /// How many messages it holds.
    public var messageCount: Int
    /// When it was created.
    public var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp
    /// When it will be gone if nothing changes.
    public var expiresAt: Timestamp
}

/// What is told when a session is created.
public struct NewSession: Hashable, Sendable, Codable {
    /// Its title.
    public var title: String?
    /// Anything the creator wants to keep with it.
    public var metadata: [String: JSONValue]?

    /// Describes a new session.
    public init(title: String? = nil, metadata: [String: JSONValue]? = nil) {
        self.title = title
        self.metadata = metadata
    }
}

/// A session that was created, or that existed already.
public struct CreatedSession: Hashable, Sendable, Codable {
    /// The session as it is now.
    public var session: SessionMetadata
    /// Whether this call created it.
    public var isNew: Bool
}
