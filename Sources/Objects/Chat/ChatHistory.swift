/// Which part of a session's history is asked for.
public struct HistoryRequest: Hashable, Sendable, Codable {
    /// In which direction the history is read.
    public enum Order: String, Hashable, Sendable, Codable {
        /// Oldest first.
        case ascending = "asc"
        /// Newest first.
        case descending = "desc"
    }

    /// How many messages at most: 1 to ``EdgeObjectLimits/pageMax``.
    public var limit: Int
    /// The direction.
    public var order: Order
    /// The last message of the page before; the page begins behind it, in the direction of ``order``.
    public var cursor: ChatMessageID?

    /// Describes a page.
    public init(limit: Int = 50, order: Order = .descending, cursor: ChatMessageID? = nil) {
        self.limit = limit
        self.order = order
        self.cursor = cursor
    }
}

/// One page of a session's history.
public struct HistoryPage: Hashable, Sendable, Codable {
    /// The messages, in the order that was asked for.
    public var messages: [ChatMessage]
    /// Where the next page begins, or `nil` if this was the last.
    public var cursor: ChatMessageID?
}

/// What appending a message gives.
public struct AppendedMessage: Hashable, Sendable, Codable {
    /// The message as it is kept.
    public var message: ChatMessage
    /// The session after it.
    public var session: SessionMetadata
    /// The messages before it that the caller asked for, oldest first.
    public var context: [ChatMessage]
    /// How many WebSockets listen to the session.
    public var listeners: Int
}
