import RoostRuntime

/// The ranges of what callers may store in a session.
enum SessionRules {
    /// The most bytes of a session's metadata, as text.
    static let metadataBytesMax = 4_096

    static func check(_ session: NewSession, caller: SessionCaller) throws(ChatSessionError) {
        if let title = session.title, title.unicodeScalars.count > EdgeObjectLimits.titleScalarsMax {
            throw .invalid(field: "title", reason: "must have at most \(EdgeObjectLimits.titleScalarsMax) characters")
        }
        if let user = caller.user, user.isEmpty || user.utf8.count > EdgeObjectLimits.userBytesMax {
            throw .invalid(field: "userId", reason: "must have 1 to \(EdgeObjectLimits.userBytesMax) bytes")
        }
        if let metadata = session.metadata, JSONValue.object(metadata).weight > metadataBytesMax {
            throw .invalid(field: "metadata", reason: "must have at most \(metadataBytesMax) bytes")
        }
    }

    static func check(_ message: NewChatMessage) throws(ChatSessionError) {
        switch message.role {
        case .user:
            let count = message.content.unicodeScalars.count
            guard (1...EdgeObjectLimits.messageScalarsMax).contains(count) else {
                throw .invalid(
                    field: "message",
                    reason: "must have 1 to \(EdgeObjectLimits.messageScalarsMax) characters"
                )
            }
        case .assistant:
            guard message.content.utf8.count <= EdgeObjectLimits.answerBytesMax else {
                throw .invalid(field: "content", reason: "must have at most \(EdgeObjectLimits.answerBytesMax) bytes")
            }
        }
    }
}
