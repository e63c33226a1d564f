/// Who said something in a conversation.
package enum ChatRole: String, Sendable, Hashable, Codable {
    /// Instructions of the operator.
    case system
    /// The person.
    case user
    /// The model.
    case assistant
}

/// One contribution to a conversation, as a model sees it.
package struct ChatTurn: Sendable, Hashable, Codable {
    /// Who said it.
    package var role: ChatRole
    /// What was said.
    package var content: String

    /// Creates a turn.
    package init(role: ChatRole, content: String) {
        self.role = role
        self.content = content
    }
}
