import NIOCore
import RoostObjects

/// The frames of one streamed answer.
struct ChatFrames: Sendable {
    private struct Token: Encodable {
        var sessionId: String
        var role = ChatMessageRole.assistant
        var content: String
        var tenantId: String
        var traceId: String
    }

    private struct Failure: Encodable {
        var code: String
        var message: String
        var traceId: String
    }

    private struct Done: Encodable {
        var done = true
        var sessionId: String
        var messageId: ChatMessageID?
        var usage: ChatUsage?
        var traceId: String
    }

    private let sessionId: String
    private let tenantId: String
    private let traceId: String

    init(_ exchange: ChatExchange) {
        sessionId = exchange.question.sessionId.text
        tenantId = exchange.tenant.tenantId
        traceId = exchange.question.traceId.text
    }

    /// A piece of the answer; without an `event:` line.
    func token(_ piece: String, id: Int) throws -> ByteBuffer {
        try ServerSentEvents.frame(
            id: id,
            data: Token(sessionId: sessionId, content: piece, tenantId: tenantId, traceId: traceId)
        )
    }

    func error(_ error: EdgeError) throws -> ByteBuffer {
        try ServerSentEvents.frame(
            event: "error",
            data: Failure(code: error.code.text, message: error.message, traceId: traceId)
        )
    }

    /// Always the last frame; `answer` is `nil` if the answer could not be stored.
    func done(_ answer: ChatAnswer?, id: Int) throws -> ByteBuffer {
        try ServerSentEvents.frame(
            id: id,
            event: "done",
            data: Done(sessionId: sessionId, messageId: answer?.messageId, usage: answer?.usage, traceId: traceId)
        )
    }
}
