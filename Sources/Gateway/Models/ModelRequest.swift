/// What a model is asked.
package struct ModelRequest: Sendable, Hashable {
    /// The model, by the provider's name for it.
    package var modelId: String
    /// The conversation, oldest first; the last turn is the one to answer.
    package var messages: [ChatTurn]
    /// The longest answer wanted, in tokens; `nil` leaves it to the provider.
    package var maxTokens: Int?
    /// The id under which the provider's logs and ours can be joined.
    package var traceId: String

    /// Creates a request.
    package init(modelId: String, messages: [ChatTurn], maxTokens: Int? = nil, traceId: String) {
        self.modelId = modelId
        self.messages = messages
        self.maxTokens = maxTokens
        self.traceId = traceId
    }
}
