import RoostGateway
import Testing

struct OfflineModelTests {
    private let recorder = EventRecorder()

    @Test func `the answer is the same in every process`() async throws {
        try await OfflineModel().answer(.asking("Hello  there"), emit: recorder.sink)
        #expect(
            recorder.text == "You said: “Hello there”. That is 2 words, and the first message of this conversation. "
                + "I am the offline model: I answer by a fixed rule, without a network."
        )
    }

    @Test func `the answer comes word by word, then what it took`() async throws {
        try await OfflineModel().answer(.asking("Hi"), emit: recorder.sink)
        #expect(recorder.pieces.prefix(3) == ["You ", "said: ", "“Hi”. "])
        let usage = ModelUsage(
            tokensIn: 1,
            tokensOut: ModelUsage.tokens(characters: recorder.text.count),
            estimated: true
        )
        #expect(recorder.events.last == .finished(usage, modelId: "m-1"))
    }

    @Test func `the answer depends on what came before`() {
        let turns = [
            ChatTurn(role: .system, content: "Be brief."), ChatTurn(role: .user, content: "One"),
            ChatTurn(role: .assistant, content: "…"), ChatTurn(role: .user, content: "Two"),
        ]
        let answer = OfflineModel.answer(to: turns)
        #expect(answer.contains("“Two”"))
        #expect(answer.contains("message number 2"))
    }

    @Test func `a long message is quoted in part`() {
        let answer = OfflineModel.answer(to: [ChatTurn(role: .user, content: String(repeating: "é", count: 10_000))])
        #expect(answer.count < OfflineModel.longestQuote + 200)
    }

    @Test func `a conversation without a question gets an answer`() {
        #expect(!OfflineModel.answer(to: []).isEmpty)
    }

    @Test func `an answer has at most the tokens asked for`() async throws {
        var request = ModelRequest.asking("Hi")
        request.maxTokens = 4
        try await OfflineModel().answer(request, emit: recorder.sink)
        let usage = try #require(recorder.usage)
        #expect(usage.tokensOut > 0)
        #expect(usage.tokensOut <= 4)
    }

    @Test func `a cancelled answer stops`() async {
        let turnstile = Turnstile()
        let asking = Task {
            await failure { () async throws(ModelError) in
                try await OfflineModel().answer(.asking("Hi")) { _ in _ = await turnstile.pass() }
            }
        }
        await turnstile.waitForArrivals(1)
        asking.cancel()
        #expect(await asking.value?.code == .cancelled)
        #expect(turnstile.arrivals == 1)
    }
}
