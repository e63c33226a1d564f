/// What one client asked in its session and what it was told, in order.
struct ClientLog: Sendable {
    /// One question and what became of it.
    struct Exchange: Sendable {
        /// The question, unlike any other.
        let text: String
        /// Whether the server showed that it has the question: a first piece of the answer, or all of it.
        var isQuestionAcknowledged = false
        /// The answer, if the server said that it was complete.
        var answer: Answer?
    }

    struct Answer: Hashable, Sendable {
        let messageId: String
        let content: String
    }

    var exchanges: [Exchange] = []

    mutating func ask(_ text: String) { exchanges.append(Exchange(text: text)) }

    mutating func acknowledgeQuestion() { exchanges[exchanges.count - 1].isQuestionAcknowledged = true }

    mutating func acknowledge(_ answer: Answer) {
        acknowledgeQuestion()
        exchanges[exchanges.count - 1].answer = answer
    }
}
