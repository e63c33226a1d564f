import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1

extension OpenAIModel {
    /// Asks the provider once.
    func attempt(
        _ request: ModelRequest,
        progress: AnswerProgress,
        emit: @escaping ModelSink
    ) async throws(ModelError) {
        let message = "The provider sent nothing within \(configuration.firstTokenTimeout)."
        try await TimeLimit.run(configuration.firstTokenTimeout, time: time, message: message) { limit in
            do {
                return .success(try await self.exchange(request, limit: limit, progress: progress, emit: emit))
            } catch {
                return .failure(ModelError(translating: error))
            }
        }
    }

    private func exchange(
        _ request: ModelRequest,
        limit: TimeLimit,
        progress: AnswerProgress,
        emit: ModelSink
    ) async throws {
        // The deadline is kept by the injected time, which cancels this task.
        let response = try await http.client.execute(httpRequest(for: request), deadline: .distantFuture)
        guard response.status == .ok else { throw ModelError(refusal: response.status, headers: response.headers) }
        var parser = ServerSentEventParser(limits: configuration.stream)
        var answer = OpenAIAnswer(answerBytes: configuration.answerBytes)

        func pass(_ text: String) async throws {
            guard !text.isEmpty else { return }
            progress.begin()
            try await hand(.text(text), to: emit)
        }

        reading: for try await buffer in response.body {
            for event in try parser.feed(buffer.readableBytesView) {
                let text = try answer.take(event)
                if answer.hasText, !limit.lift() {
                    throw ModelError(.cancelled, "The first token came after its time limit.")
                }
                try await pass(text)
                if answer.isDone { break reading }
            }
        }
        try await pass(answer.end())
        try await hand(.finished(answer.usage(messages: request.messages), modelId: request.modelId), to: emit)
    }

    private func httpRequest(for request: ModelRequest) throws -> HTTPClientRequest {
        let body = OpenAICompletionRequest(
            model: request.modelId,
            messages: request.messages,
            maxTokens: request.maxTokens
        )
        var message = HTTPClientRequest(url: configuration.completionsURL)
        message.method = .POST
        message.headers.add(name: "content-type", value: "application/json")
        message.headers.add(name: "accept", value: "text/event-stream")
        message.headers.add(name: "x-client-request-id", value: request.traceId)
        configuration.apiKey?.reveal { message.headers.add(name: "authorization", value: "Bearer \($0)") }
        message.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(body)))
        return message
    }
}
