import Testing

struct HistoryCheckTests {
    private typealias Message = HistoryPage.Message

    private static func answer(_ text: String) -> String { "You said: “\(text)”. I answer \(HistoryCheck.ending)" }

    /// Two exchanges, both acknowledged, and a third of which nothing was heard.
    private static let log: ClientLog = {
        var log = ClientLog()
        for text in ["a", "b"] {
            log.ask(text)
            log.acknowledge(ClientLog.Answer(messageId: "answer-\(text)", content: answer(text)))
        }
        log.ask("c")
        return log
    }()

    private static let messages = ["a", "b"].flatMap { text in
        [
            Message(id: "question-\(text)", role: "user", content: text),
            Message(id: "answer-\(text)", role: "assistant", content: answer(text)),
        ]
    }

    private func problems(_ messages: [Message], count: Int? = nil, log: ClientLog = Self.log) -> [String] {
        HistoryCheck.problems(log: log, messages: messages, messageCount: count ?? messages.count)
    }

    @Test func `a faithful history passes, with and without what was not acknowledged`() {
        let question = Message(id: "question-c", role: "user", content: "c")
        let answer = Message(id: "answer-c", role: "assistant", content: Self.answer("c"))
        #expect(problems(Self.messages) == [])
        #expect(problems(Self.messages + [question]) == [])
        #expect(problems(Self.messages + [question, answer]) == [])
    }

    @Test(arguments: 0..<4) func `a lost message is found`(index: Int) {
        var messages = Self.messages
        messages.remove(at: index)
        #expect(problems(messages) != [])
    }

    @Test(arguments: 0..<4) func `a message that is there twice is found`(index: Int) {
        var messages = Self.messages
        messages.insert(messages[index], at: index)
        #expect(problems(messages) != [])
    }

    @Test func `exchanges out of order are found`() {
        #expect(problems(Array(Self.messages[2...] + Self.messages[..<2])) != [])
    }

    @Test func `an answer without its question is found`() {
        let answer = Message(id: "answer-c", role: "assistant", content: Self.answer("c"))
        #expect(problems(Self.messages + [answer]) != [])
    }

    @Test func `an answer that was not acknowledged and is cut off is found`() {
        let question = Message(id: "question-c", role: "user", content: "c")
        let answer = Message(id: "answer-c", role: "assistant", content: "You said: “c”.")
        #expect(problems(Self.messages + [question, answer]) != [])
    }

    @Test func `another answer than the acknowledged one is found`() {
        var messages = Self.messages
        messages[1].content = Self.answer("a") + " "
        #expect(problems(messages) != [])
    }

    @Test func `a question of somebody else is found`() {
        #expect(problems(Self.messages + [Message(id: "x", role: "user", content: "x")]) != [])
    }

    @Test func `a wrong number of messages is found`() {
        #expect(problems(Self.messages, count: 3) != [])
    }
}
