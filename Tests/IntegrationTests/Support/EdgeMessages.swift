// The bodies of requests and answers, as far as these tests read them.

struct ChatBody: Encodable {
    let sessionId: String
    let message: String
    let stream: Bool
}

struct ChatReply: Decodable {
    struct Message: Decodable { let content: String }

    let messageId: String
    let message: Message
}

/// What a frame of a streamed answer says: a piece, or the end.
struct StreamedPart: Decodable {
    let sessionId: String?
    let content: String?
    let messageId: String?
}

struct LimitBody: Encodable {
    let key: String
}

struct LimitReply: Decodable {
    let allowed: Bool
    let limit: Int
    let remaining: Int
}

struct HistoryPage: Decodable {
    struct Message: Decodable, Hashable, Sendable {
        var id: String
        var role: String
        var content: String
    }

    let messages: [Message]
    let cursor: String?
}

struct SessionMetadata: Decodable {
    let sessionId: String
    let messageCount: Int
}

struct SessionList: Decodable {
    let sessions: [SessionMetadata]
}
