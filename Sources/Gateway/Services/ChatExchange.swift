package import RoostObjects
import RoostRuntime

/// What a client asks of `POST /chat`, or over a socket of the session, checked.
package struct ChatQuestion: Sendable {
    package var sessionId: SessionID
    package var message: String
    package var modelId: String?
    package var caller: SessionCaller
    package var traceId: TraceID
    /// Whether a session that is not there comes into being with the question.
    package var creating = true
}

extension ChatQuestion {
    /// A message as long as one may be.
    static func checked(message: String) throws(EdgeError) -> String {
        guard (1...EdgeObjectLimits.messageScalarsMax).contains(message.unicodeScalars.count) else {
            throw .invalid("message", "must have 1 to \(EdgeObjectLimits.messageScalarsMax) characters")
        }
        return message
    }

    /// The name of a model, if there is one.
    static func checked(model: String?) throws(EdgeError) -> String? {
        if let model, model.isEmpty || model.utf8.count > 128 {
            throw .invalid("modelId", "must have 1 to 128 bytes")
        }
        return model
    }
}

/// An exchange whose question is durable and whose answer is not there yet.
///
/// It holds the session's turn: as long as it lives, no other exchange of the session runs.
package struct ChatExchange: Sendable {
    package let tenant: Tenant
    package let question: ChatQuestion
    package let request: ModelRequest
    package let turn: ExchangeTurn
    /// Whether WebSockets listened when the question was stored; then they hear each piece.
    package let hasListeners: Bool
}

/// How a model's answer ended.
package struct ChatOutcome: Sendable {
    /// What was handed on.
    package var text: String
    /// What it took.
    package var usage: ModelUsage
    /// The model that answered, or was asked last.
    package var modelId: String
    /// How long it took.
    package var latency: Duration
    /// Why it ended early, if it did.
    package var error: ModelError?
}

/// An answer as the client is told of it.
package struct ChatAnswer: Sendable {
    /// The stored answer; `nil` if nothing was said.
    package var messageId: ChatMessageID?
    package var content: String
    package var usage: ChatUsage
}

/// What an exchange took, as it stands in answers.
package struct ChatUsage: Sendable, Hashable, Encodable {
    package var modelId: String
    package var tokensIn: Int
    package var tokensOut: Int
    package var totalTokens: Int
    package var costMicros: Int
    package var latencyMs: Int64
    /// Present and true when the counts are an estimate.
    package var estimated: Bool?

    package init(_ outcome: ChatOutcome, price: ModelPrice?) {
        modelId = outcome.modelId
        tokensIn = outcome.usage.tokensIn
        tokensOut = outcome.usage.tokensOut
        totalTokens = tokensIn + tokensOut
        costMicros = price?.cost(tokensIn: tokensIn, tokensOut: tokensOut) ?? 0
        latencyMs = outcome.latency.wholeMilliseconds
        estimated = outcome.usage.estimated ? true : nil
    }
}
