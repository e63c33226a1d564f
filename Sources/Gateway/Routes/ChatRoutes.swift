import Hummingbird
import RoostObjects
import RoostRuntime

/// `POST /chat`: one question, one answer, streamed or whole.
struct ChatRoutes: Sendable {
    let chat: ChatService
    let streams: ChatStreamSettings
    let random: any RandomSource

    func add(to table: inout RouteTable<EdgeRoute>) {
        table.add(.post, "/chat", .chat, answer)
    }

    /// `useRetrieval` is read so that a wrong type is an error; without a knowledge base there is nothing to put
    /// before the question.
    private struct Body: Decodable {
        var sessionId: String?
        var message: String
        var stream: Bool?
        var userId: String?
        var modelId: String?
        var useRetrieval: Bool?
    }

    private struct Answer: Encodable {
        struct Message: Encodable {
            var role = ChatMessageRole.assistant
            var content: String
        }

        var sessionId: String
        var messageId: ChatMessageID?
        var message: Message
        var usage: ChatUsage
    }

    @Sendable private func answer(_ request: EdgeRequest) async throws -> Response {
        let body = try await request.body(Body.self)
        let question = try question(body, request)
        let exchange = try await chat.begin(question, tenant: request.tenant, connection: request.connection)
        if body.stream ?? true {
            return ChatStream(chat: chat, exchange: exchange, connection: request.connection, settings: streams)
                .response
        }
        let outcome = await chat.answer(exchange) { _ in }
        if let error = outcome.error {
            var nothing = outcome
            nothing.text = ""
            _ = try await chat.conclude(exchange, nothing)
            throw error
        }
        let answer = try await chat.conclude(exchange, outcome)
        return try Envelope.success(
            Answer(
                sessionId: question.sessionId.text,
                messageId: answer.messageId,
                message: Answer.Message(content: answer.content),
                usage: answer.usage
            ),
            trace: request.trace
        )
    }

    private func question(_ body: Body, _ request: EdgeRequest) throws(EdgeError) -> ChatQuestion {
        ChatQuestion(
            sessionId: try SessionID.parse(body.sessionId ?? random.uuid()),
            message: try ChatQuestion.checked(message: body.message),
            modelId: try ChatQuestion.checked(model: body.modelId),
            caller: try request.caller(naming: request.claimedUser(body: body.userId)),
            traceId: request.trace
        )
    }
}
