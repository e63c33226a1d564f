import Hummingbird
import Logging
import NIOCore
import RoostObjects
import RoostRuntime

/// One WebSocket of a session, on the gateway's side.
///
/// It stands between the connection and the session: a message of the client is a question, which is answered here, by
/// the same service and under the same limits as `POST /chat`, one after the other; everything else is the session's
/// affair. What is said in an exchange reaches all sockets of the session by way of the session, so this sends nothing
/// but what concerns its own client alone: why a question was not taken. A client that does not take that is given up.
struct ChatSocket: WebSocketReceiver {
    let base: any WebSocketReceiver
    let transport: any WebSocketTransport
    let talk: ChatTalk
    /// How much may wait for the client, in bytes, before an answer is added to it.
    let pendingBytesMax: Int

    func received(_ message: WebSocketMessage) async {
        switch message {
        case .text("ping"): await base.received(message)
        case .text(let text): await talk.ask(text) { tell($0) }
        case .binary: transport.close(code: 1003, reason: "Send text: a JSON object with a message.")
        }
    }

    func closed(code: UInt16?, reason: String) async { await base.closed(code: code, reason: reason) }
    func vanished() async { await base.vanished() }
    func failed(_ error: WebSocketError) async { await base.failed(error) }

    private func tell(_ answer: String) {
        let waiting = transport.pendingBytes
        guard waiting == 0 || waiting + answer.utf8.count <= pendingBytesMax else {
            return transport.close(code: 1013, reason: "Messages were not read fast enough.")
        }
        transport.send(.text(answer))
    }
}

/// Takes the questions of one WebSocket.
struct ChatTalk: Sendable {
    let chat: ChatService
    let sessionId: SessionID
    let caller: SessionCaller
    let tenant: Tenant
    let connection: ClientConnection
    let limit: MessageLimit
    let lifecycle: EdgeLifecycle
    let random: any RandomSource

    private struct Body: Decodable {
        var message: String
        var modelId: String?
    }

    /// Answers one question.
    ///
    /// - Parameter tell: Tells the client alone.
    func ask(_ text: String, tell: (String) -> Void) async {
        guard let trace = TraceID(random.uuid()) else { return }
        do {
            guard !lifecycle.isDraining else { throw EdgeError.notReady("The server is shutting down.") }
            // First, so that nonsense counts too.
            try await limit.take()
            let body = try JSONBody.decode(Body.self, from: ByteBuffer(string: text))
            let question = ChatQuestion(
                sessionId: sessionId,
                message: try ChatQuestion.checked(message: body.message),
                modelId: try ChatQuestion.checked(model: body.modelId),
                caller: caller,
                traceId: trace,
                // Joining has created it. If it is gone, a question that was read ahead must not bring it back.
                creating: false
            )
            let exchange = try await chat.begin(question, tenant: tenant, connection: connection)
            _ = try await chat.conclude(exchange, answer(exchange))
        } catch {
            let error = EdgeError(mapping: error)
            let frames = ChatFrames(sessionId: sessionId.text, tenantId: tenant.id.text, traceId: trace.text)
            if let text = try? frames.errorText(error) { tell(text) }
        }
    }

    /// Has the model answer until nobody listens any more.
    private func answer(_ exchange: ChatExchange) async -> ChatOutcome {
        let work = Task { [chat] in await chat.answer(exchange) { _ in } }
        let registration = connection.whenLeft { [chat, caller = sessionId, tenant] in
            Task {
                // The one that has left may still be counted.
                if await chat.listeners(caller, tenant: tenant) <= 1 { work.cancel() }
            }
        }
        defer { connection.forget(registration) }
        return await work.value
    }
}

/// The rate limit of one client, as it applies to the messages of a WebSocket.
struct MessageLimit: Sendable {
    let rateLimits: RateLimitService
    let client: ClientKey
    let tenant: Tenant

    /// Takes one message from the limit, and waits until that is durable.
    ///
    /// - Throws: ``EdgeErrorCode/rateLimited``; ``EdgeErrorCode/overloaded`` when the limiter cannot be asked.
    func take() async throws(EdgeError) {
        let allowed: Bool
        do {
            let ruling = try await rateLimits.admit(client, group: .chat, tenant: tenant)
            try await ruling.durability.passage()
            allowed = ruling.decision.allowed
        } catch {
            guard tenant.configuration.rateLimit.failOpen else {
                throw EdgeError.overloaded("The rate limit cannot be checked now; try again shortly.", cause: error)
            }
            return
        }
        guard allowed else { throw EdgeError(.rateLimited, "Too many messages; wait a little.") }
    }
}
