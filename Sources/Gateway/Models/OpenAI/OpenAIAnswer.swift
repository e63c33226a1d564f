import FoundationEssentials

/// Makes sense of the events of one streamed answer; pure.
///
///     reading ── finish_reason ──▶ reading, and the end of the stream is now a good end
///     reading ── [DONE] ──▶ done
///
/// A stream that simply ends is a good answer only if the provider said before why it finished: some compatible
/// providers leave out `[DONE]`, while a connection that broke must never pass for a complete answer.
struct OpenAIAnswer {
    /// Whether `[DONE]` has come.
    private(set) var isDone = false
    /// Whether any text has come, even if it is held back.
    private(set) var hasText = false

    private let answerBytes: Int
    private var finishReasonSeen = false
    private var bytes = 0
    private var characters = 0
    private var usage: ModelUsage?
    private var tail = CharacterTail()
    private let decoder = JSONDecoder()

    init(answerBytes: Int) {
        self.answerBytes = answerBytes
    }

    /// Takes an event.
    ///
    /// - Returns: The text that may be handed on, perhaps none.
    mutating func take(_ event: ServerSentEvent) throws(ModelError) -> String {
        guard !isDone else { return "" }
        if event.data == "[DONE]" {
            isDone = true
            return ""
        }
        let chunk = try decode(event.data)
        if chunk.error != nil {
            throw ModelError(.unavailable, "The provider reported an error in the middle of its stream.")
        }
        if let counts = chunk.usage, let tokensIn = counts.promptTokens, let tokensOut = counts.completionTokens {
            usage = ModelUsage(tokensIn: max(0, tokensIn), tokensOut: max(0, tokensOut), estimated: false)
        }
        // One choice is asked for, so there is at most one.
        guard let choice = chunk.choices?.first else { return "" }
        if choice.finishReason != nil { finishReasonSeen = true }
        guard let piece = choice.delta?.content, !piece.isEmpty else { return "" }
        bytes += piece.utf8.count
        guard bytes <= answerBytes else {
            throw ModelError(.badAnswer, "The answer is longer than the limit of \(answerBytes) bytes.")
        }
        hasText = true
        return count(tail.take(piece))
    }

    /// Ends the answer, after `[DONE]` or the end of the stream.
    ///
    /// - Returns: The text held back until now.
    mutating func end() throws(ModelError) -> String {
        guard isDone || finishReasonSeen else {
            throw ModelError(.unavailable, "The provider's stream ended before the answer did.")
        }
        guard hasText else { throw ModelError(.badAnswer, "The provider's answer contains no text.") }
        return count(tail.flush())
    }

    /// What the answer took: the provider's counts, or else our estimate.
    func usage(messages: [ChatTurn]) -> ModelUsage {
        usage ?? ModelUsage.estimate(messages: messages, answerCharacters: characters)
    }

    private mutating func count(_ text: String) -> String {
        characters += text.count
        return text
    }

    private func decode(_ data: String) throws(ModelError) -> OpenAICompletionChunk {
        do {
            return try decoder.decode(OpenAICompletionChunk.self, from: Data(data.utf8))
        } catch {
            // The decoder's own error quotes what it read, so it is not carried along.
            throw ModelError(.badAnswer, "The provider sent a chunk that is not the JSON agreed on.")
        }
    }
}
