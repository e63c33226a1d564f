import Logging
import RoostObjects
import RoostRuntime

/// The flow of an exchange: the question becomes durable, the model answers, the answer becomes durable.
///
/// Guarantees
/// 1. A model is asked only after the question is durable.
/// 2. A client is told that an answer is complete only after the answer is durable.
/// 3. Exchanges of one session run one after the other, in order of arrival.
///
/// **A reader who leaves** stops the model. What had been sent by then is kept as the assistant's message, marked
/// `partial`: the history shows what the person saw, and the next answer builds on it. The same holds for a stream
/// whose provider fails after its first piece. An answer that was not streamed is all or nothing: nobody saw a part
/// of it, so none is kept.
package struct ChatService: Sendable {
    let sessions: SessionService
    let models: ModelService
    let monitor: ProviderMonitor
    let queue: ExchangeQueue
    let prices: [String: ModelPrice]
    let clock: any RuntimeClock
    let logger: Logger

    /// Waits for the session's turn and stores the question.
    ///
    /// - Throws: ``EdgeErrorCode/modelNotAllowed``, ``EdgeErrorCode/overloaded``, ``EdgeErrorCode/notFound`` for
    ///   somebody else's session, or one that is gone and not to be created; then nothing was stored.
    package func begin(
        _ question: ChatQuestion,
        tenant: Tenant,
        connection: ClientConnection
    ) async throws -> ChatExchange {
        let modelId = try models.modelId(requested: question.modelId, models: tenant.configuration.aiModels)
        let turn = try await queue.enter(tenant: tenant.id.text, session: question.sessionId)
        // Whoever left while waiting has asked nothing yet.
        guard !connection.hasLeft else { throw CancellationError() }
        let appended = try await sessions.append(
            NewChatMessage(role: .user, content: question.message),
            to: question.sessionId,
            caller: question.caller,
            tenant: tenant,
            creating: question.creating,
            contextLimit: max(0, tenant.configuration.contextMessages)
        )
        var turns = appended.context.map { ChatTurn(role: $0.role == .user ? .user : .assistant, content: $0.content) }
        if let systemPrompt = tenant.configuration.systemPrompt {
            turns.insert(ChatTurn(role: .system, content: systemPrompt), at: 0)
        }
        turns.append(ChatTurn(role: .user, content: question.message))
        let exchange = ChatExchange(
            tenant: tenant,
            question: question,
            request: ModelRequest(modelId: modelId, messages: turns, traceId: question.traceId.text),
            turn: turn,
            hasListeners: appended.listeners > 0
        )
        if exchange.hasListeners {
            await tell(exchange) { try $0.questionText(question.message, messageId: appended.message.id) }
        }
        return exchange
    }

    /// Asks the model; hands each piece on before it takes the next.
    ///
    /// Never throws: how it ended is part of the outcome. Cancelling the task stops the model.
    package func answer(
        _ exchange: ChatExchange,
        deliver: @escaping @Sendable (String) async throws -> Void
    ) async -> ChatOutcome {
        let start = clock.elapsed
        let collector = AnswerCollector()
        var failure: ModelError?
        do throws(ModelError) {
            try await models.answer(exchange.request, models: exchange.tenant.configuration.aiModels) { event in
                switch event {
                case .text(let piece):
                    try await collector.take(piece) { piece in
                        try await deliver(piece)
                        if exchange.hasListeners { await tell(exchange) { try $0.tokenText(piece) } }
                    }
                case .finished(let usage, let modelId): collector.finish(usage, modelId: modelId)
                }
            }
            monitor.succeeded()
        } catch {
            // An answer that reached the longest length is complete as far as it is kept.
            if !(error.underlyingError is AnswerCollector.Full) { failure = error }
            monitor.failed(error)
        }
        let text = collector.text
        return ChatOutcome(
            text: text,
            usage: collector.usage
                ?? .estimate(messages: exchange.request.messages, answerCharacters: text.count),
            modelId: collector.modelId ?? exchange.request.modelId,
            latency: clock.elapsed - start,
            error: failure
        )
    }

    /// Stores the answer, or the part of it that was said, and ends the session's turn.
    ///
    /// - Throws: what the session throws; ``EdgeErrorCode/notFound`` if it was deleted meanwhile. The turn ends in
    ///   any case.
    package func conclude(_ exchange: ChatExchange, _ outcome: ChatOutcome) async throws -> ChatAnswer {
        defer { exchange.turn.end() }
        let usage = ChatUsage(outcome, price: prices[outcome.modelId])
        if let error = outcome.error {
            log(error, exchange)
            if exchange.hasListeners { await tell(exchange) { try $0.errorText(EdgeError(mapping: error)) } }
            guard !outcome.text.isEmpty else {
                let nothing = ChatAnswer(messageId: nil, content: "", usage: usage)
                if exchange.hasListeners { await tell(exchange) { try $0.doneText(nothing) } }
                return nothing
            }
        }
        let appended = try await sessions.append(
            NewChatMessage(
                role: .assistant,
                content: outcome.text,
                tokenCount: outcome.usage.estimated ? nil : outcome.usage.tokensOut,
                partial: outcome.error == nil ? nil : true
            ),
            to: exchange.question.sessionId,
            caller: exchange.question.caller,
            tenant: exchange.tenant,
            creating: false,
            contextLimit: 0
        )
        let answer = ChatAnswer(messageId: appended.message.id, content: outcome.text, usage: usage)
        if appended.listeners > 0 {
            // Whoever has joined meanwhile hears the answer as one piece.
            if !exchange.hasListeners { await tell(exchange) { try $0.tokenText(outcome.text) } }
            await tell(exchange) { try $0.doneText(answer) }
        }
        return answer
    }

    /// How many WebSockets listen to a session.
    func listeners(_ id: SessionID, tenant: Tenant) async -> Int {
        await sessions.listeners(id, tenant: tenant)
    }

    /// Tells the session's WebSockets something, in the order of the calls.
    private func tell(_ exchange: ChatExchange, _ text: (ChatFrames) throws -> String) async {
        guard let text = try? text(ChatFrames(exchange)) else { return }
        await sessions.broadcast(text, to: exchange.question.sessionId, tenant: exchange.tenant)
    }

    private func log(_ error: ModelError, _ exchange: ChatExchange) {
        logger.log(
            level: error.code == .cancelled ? .info : .warning,
            "model did not answer to the end",
            metadata: [
                "traceId": .string(exchange.question.traceId.text),
                "tenant": .string(exchange.tenant.id.text),
                "model": .string(exchange.request.modelId),
                "cause": .string(error.description),
            ]
        )
    }
}
