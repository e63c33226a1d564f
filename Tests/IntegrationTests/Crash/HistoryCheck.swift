/// Holds the durable history of a session against what its client was told.
enum HistoryCheck {
    typealias Message = HistoryPage.Message

    /// The last words of every complete answer of the offline model.
    static let ending = "without a network."

    /// Everything that is wrong; pure.
    ///
    /// 1. Every acknowledged question and every acknowledged answer is there once, in the order of asking.
    /// 2. What was not acknowledged may be there, but only as a whole and in its place.
    /// 3. An answer follows its question and nothing else.
    /// 4. The number of messages is the one that the session tells.
    static func problems(log: ClientLog, messages: [Message], messageCount: Int) -> [String] {
        var problems: [String] = []
        if messageCount != messages.count {
            problems.append("The session tells \(messageCount) messages and has \(messages.count).")
        }
        if Set(messages.map(\.id)).count != messages.count { problems.append("Two messages have the same id.") }
        let places = Dictionary(log.exchanges.enumerated().map { ($0.element.text, $0.offset) }) { first, _ in first }
        var found: [Int: Message?] = [:]
        var last = -1
        for (index, message) in messages.enumerated() {
            if message.role == "user" {
                guard let place = places[message.content] else {
                    problems.append("Nobody asked \(message.content).")
                    continue
                }
                if place <= last { problems.append("\(message.content) is there twice or out of order.") }
                last = max(last, place)
                let next = index + 1 < messages.count ? messages[index + 1] : nil
                found[place] = next?.role == "assistant" ? next : .some(nil)
            } else if index == 0 || messages[index - 1].role != "user" {
                problems.append("The answer \(message.id) follows no question.")
            }
        }
        for (place, exchange) in log.exchanges.enumerated() {
            problems += self.problems(of: exchange, found: found[place])
        }
        return problems
    }

    private static func problems(of exchange: ClientLog.Exchange, found: Message??) -> [String] {
        guard let answer = found else {
            return exchange.isQuestionAcknowledged ? ["The acknowledged question \(exchange.text) is lost."] : []
        }
        if let told = exchange.answer {
            guard let answer else { return ["The acknowledged answer to \(exchange.text) is lost."] }
            let isSame = told == ClientLog.Answer(messageId: answer.id, content: answer.content)
            return isSame ? [] : ["The answer to \(exchange.text) is not the one that was acknowledged."]
        }
        guard let answer else { return [] }
        let isWhole = answer.content.contains("“\(exchange.text)”") && answer.content.hasSuffix(ending)
        return isWhole ? [] : ["The answer to \(exchange.text) is cut off or belongs to another question."]
    }
}
