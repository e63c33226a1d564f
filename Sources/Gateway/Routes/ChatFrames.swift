import NIOCore
import RoostObjects
import RoostRuntime

/// The frames of one exchange: as server-sent events for the one who asked, as texts for WebSockets.
struct ChatFrames: Sendable {
    private struct Token: Encodable {
        var sessionId: String
        var role = ChatMessageRole.assistant
        var content: String
        var messageId: ChatMessageID?
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
        self.init(
            sessionId: exchange.question.sessionId.text,
            tenantId: exchange.tenant.id.text,
            traceId: exchange.question.traceId.text
        )
    }

    init(sessionId: String, tenantId: String, traceId: String) {
        self.sessionId = sessionId
        self.tenantId = tenantId
        self.traceId = traceId
    }

    // MARK: Server-sent events

    /// A piece of the answer; without an `event:` line.
    func token(_ piece: String, id: Int) throws -> ByteBuffer {
        try ServerSentEvents.frame(
            id: id,
            data: token(piece)
        )
    }

    func error(_ error: EdgeError) throws -> ByteBuffer {
        try ServerSentEvents.frame(
            event: "error",
            data: failure(error)
        )
    }

    /// Always the last frame; `answer` is `nil` if the answer could not be stored.
    func done(_ answer: ChatAnswer?, id: Int) throws -> ByteBuffer {
        try ServerSentEvents.frame(
            id: id,
            event: "done",
            data: end(answer)
        )
    }

    // MARK: Texts

    /// What somebody has asked; the one frame that server-sent events do not have.
    func questionText(_ message: String, messageId: ChatMessageID) throws -> String {
        try text(
            Token(
                sessionId: sessionId,
                role: .user,
                content: message,
                messageId: messageId,
                tenantId: tenantId,
                traceId: traceId
            )
        )
    }

    /// A piece of the answer.
    func tokenText(_ piece: String) throws -> String { try text(token(piece)) }

    func errorText(_ error: EdgeError) throws -> String { try text(failure(error)) }

    /// The last of an exchange.
    func doneText(_ answer: ChatAnswer?) throws -> String { try text(end(answer)) }

    private func text(_ value: some Encodable) throws -> String { String(buffer: try JSONText.bytes(value)) }

    // MARK: What both are made of

    private func token(_ piece: String) -> Token {
        Token(sessionId: sessionId, content: piece, tenantId: tenantId, traceId: traceId)
    }

    private func failure(_ error: EdgeError) -> Failure {
        Failure(code: error.code.text, message: error.message, traceId: traceId)
    }

    private func end(_ answer: ChatAnswer?) -> Done {
        Done(sessionId: sessionId, messageId: answer?.messageId, usage: answer?.usage, traceId: traceId)
    }
}
