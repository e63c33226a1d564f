/// How many tokens an answer took.
package struct ModelUsage: Sendable, Hashable, Codable {
    /// Tokens of the conversation that was sent.
    package var tokensIn: Int
    /// Tokens of the answer.
    package var tokensOut: Int
    /// Whether the counts are our estimate rather than the provider's.
    package var estimated: Bool

    /// Creates a count.
    package init(tokensIn: Int, tokensOut: Int, estimated: Bool) {
        self.tokensIn = tokensIn
        self.tokensOut = tokensOut
        self.estimated = estimated
    }

    /// Estimates the usage of an exchange for which the provider gave no counts.
    ///
    /// - Parameters:
    ///   - messages: What was sent.
    ///   - answerCharacters: The length of the answer in characters.
    package static func estimate(messages: [ChatTurn], answerCharacters: Int) -> ModelUsage {
        let characters = messages.reduce(0) { $0 + $1.content.count }
        return ModelUsage(
            tokensIn: tokens(characters: characters),
            tokensOut: tokens(characters: answerCharacters),
            estimated: true
        )
    }

    /// The estimated number of tokens in a text of this many characters: one for four, rounded up.
    package static func tokens(characters: Int) -> Int {
        (characters + 3) / 4
    }
}
