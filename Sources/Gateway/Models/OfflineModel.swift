/// A model that needs no network: it answers by a fixed rule, so that a fresh machine has something to talk to.
///
/// The answer depends on the last message and on how many the person sent before it, and on nothing else: the same
/// request gets the same answer in every process.
package struct OfflineModel: ChatModel {
    /// The most of a message that is repeated in the answer, in characters.
    package static let longestQuote = 280

    /// The provider's name.
    package let name = "offline"

    /// Creates the model.
    package init() {}

    /// Answers word by word.
    package func answer(_ request: ModelRequest, emit: @escaping ModelSink) async throws(ModelError) {
        let limit = request.maxTokens.map { 4 * max(1, min($0, 1 << 20)) } ?? Int.max
        var characters = 0
        for word in Self.words(of: Self.answer(to: request.messages)) {
            guard characters + word.count <= limit else { break }
            if Task.isCancelled { throw ModelError(.cancelled, "The answer is no longer wanted.") }
            try await hand(.text(word), to: emit)
            characters += word.count
        }
        let usage = ModelUsage.estimate(messages: request.messages, answerCharacters: characters)
        try await hand(.finished(usage, modelId: request.modelId), to: emit)
    }

    /// The whole answer to a conversation.
    package static func answer(to messages: [ChatTurn]) -> String {
        let asked = messages.filter { $0.role == .user }
        guard let last = asked.last else {
            return "I am the offline model. Send me a message and I will answer it."
        }
        let words = last.content.split(whereSeparator: \.isWhitespace)
        let text = words.joined(separator: " ")
        let quote = text.count > longestQuote ? text.prefix(longestQuote) + "…" : text[...]
        let count = words.count == 1 ? "one word" : "\(words.count) words"
        let place = asked.count == 1 ? "the first message" : "message number \(asked.count)"
        return "You said: “\(quote)”. That is \(count), and \(place) of this conversation. "
            + "I am the offline model: I answer by a fixed rule, without a network."
    }

    /// Splits a text after its spaces, so that the parts joined are the text.
    private static func words(of text: String) -> [String] {
        var words: [String] = []
        var word = ""
        for character in text {
            word.append(character)
            if character == " " {
                words.append(word)
                word = ""
            }
        }
        if !word.isEmpty { words.append(word) }
        return words
    }
}
