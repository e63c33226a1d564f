public import RoostRuntime

/// Who wrote a message of a session.
public enum ChatMessageRole: String, Hashable, Sendable, Codable {
    /// A person.
    case user
    /// The model.
    case assistant
}

/// A message as it is kept.
public struct ChatMessage: Hashable, Sendable, Codable {
    /// The message's id: unique within the session, in the order of the messages.
    public var id: ChatMessageID
    /// Who wrote it.
    public var role: ChatMessageRole
    /// The text.
    public var content: String
    /// When it was appended; never before the message that precedes it.
    public var timestamp: Timestamp
    /// How many tokens the provider counted, if it said so.
    public var tokenCount: Int?
    /// Whether the text is the beginning of an answer whose reader left, or whose provider failed.
    public var partial: Bool?

    /// Creates a message from its parts.
    public init(
        id: ChatMessageID,
        role: ChatMessageRole,
        content: String,
        timestamp: Timestamp,
        tokenCount: Int? = nil,
        partial: Bool? = nil
    ) {
        self.id = id
        self.role = role
        self.content = content
        self.timestamp = timestamp
        self.tokenCount = tokenCount
        self.partial = partial
    }
}

/// A message to be appended.
public struct NewChatMessage: Hashable, Sendable, Codable {
    /// Who wrote it.
    public var role: ChatMessageRole
    /// The text: 1 to ``EdgeObjectLimits/messageScalarsMax`` scalars from a person, up to
    /// ``EdgeObjectLimits/answerBytesMax`` from a model.
    public var content: String
    /// How many tokens the provider counted, if it said so.
    public var tokenCount: Int?
    /// Whether the text is only the beginning of an answer.
    public var partial: Bool?

    /// Creates a message to be appended.
    public init(role: ChatMessageRole, content: String, tokenCount: Int? = nil, partial: Bool? = nil) {
        self.role = role
        self.content = content
        self.tokenCount = tokenCount
        self.partial = partial
    }
}
