import RoostGateway
import Testing

@Suite(.timeLimit(.minutes(10)))
struct OpenAIModelFailureTests {
    private typealias Reply = StandInProvider.Reply

    @Test func `a failing provider is asked again after a pause`() async throws {
        try await OpenAIFixture.run([.status("500 Oops"), .status("503 Busy"), .answer(["ok"])]) { fixture in
            #expect(await fixture.ask() == nil)
            #expect(fixture.recorder.text == "ok")
            #expect(fixture.time.pauses == [.microseconds(187_500), .milliseconds(375)])
        }
    }

    @Test func `a provider that limits us is given the time it asks for`() async throws {
        let refusal = Reply.status("429 Slow down", headers: ["retry-after: 3"])
        try await OpenAIFixture.run([refusal, .answer(["ok"])]) { fixture in
            #expect(await fixture.ask() == nil)
            let pause = try #require(fixture.time.pauses.first)
            #expect(pause >= .seconds(3))
            #expect(pause < .seconds(4))
        }
    }

    @Test func `a provider that asks for too much time is not asked again`() async throws {
        let refusal = Reply.status("429 Slow down", headers: ["retry-after: 3600"])
        try await OpenAIFixture.run([refusal]) { fixture in
            let error = await fixture.ask()
            #expect(error?.code == .rateLimited)
            #expect(error?.retryAfter == .seconds(3600))
            #expect(fixture.provider.received.count == 1)
        }
    }

    @Test(arguments: ["400 Bad Request", "401 Unauthorized", "404 Not Found"])
    func `a refused request is not repeated, and the error quotes nothing`(status: String) async throws {
        let body = "{\"error\":{\"message\":\"bad key \(OpenAIFixture.key) for: private prompt\"}}"
        try await OpenAIFixture.run([.status(status, body: body)]) { fixture in
            let error = try #require(await fixture.ask("private prompt"))
            #expect(error.code == .rejected)
            #expect(!error.retryable)
            #expect(fixture.provider.received.count == 1)
            #expect(!"\(error)".contains(OpenAIFixture.key))
            #expect(!"\(error)".contains("private"))
        }
    }

    @Test func `a redirect is not followed`() async throws {
        let redirect = Reply.status("307 Elsewhere", headers: ["location: http://127.0.0.1:1/"])
        try await OpenAIFixture.run([redirect]) { fixture in
            #expect(await fixture.ask()?.code == .badAnswer)
        }
    }

    @Test func `a chunk that is not JSON ends the attempt`() async throws {
        try await OpenAIFixture.run([.raw([Reply.streamHead, Reply.chunk("data: {oops\n\n")])]) { fixture in
            #expect(await fixture.ask()?.code == .badAnswer)
            #expect(fixture.provider.received.count == 1)
        }
    }

    @Test func `a line beyond the limit ends the attempt`() async throws {
        let reply = Reply.raw([Reply.streamHead, Reply.piece(String(repeating: "x", count: 500))])
        try await OpenAIFixture.run([reply]) {
            $0.stream = .init(lineBytes: 256, eventBytes: 256)
        } body: { fixture in
            #expect(await fixture.ask()?.code == .badAnswer)
        }
    }

    @Test func `an answer beyond the limit is broken off`() async throws {
        try await OpenAIFixture.run([.answer(["1234567", "890"])]) {
            $0.answerBytes = 8
        } body: { fixture in
            #expect(await fixture.ask()?.code == .interrupted)
            #expect(fixture.recorder.pieces == ["1234567"])
        }
    }

    @Test func `a connection cut before the head is tried again`() async throws {
        try await OpenAIFixture.run([Reply(closes: true), .answer(["ok"])]) { fixture in
            #expect(await fixture.ask() == nil)
            #expect(fixture.recorder.text == "ok")
            #expect(fixture.provider.received.count == 2)
        }
    }

    @Test func `a connection cut after the head is tried again`() async throws {
        try await OpenAIFixture.run([.raw([Reply.streamHead], closes: true), .answer(["ok"])]) { fixture in
            #expect(await fixture.ask() == nil)
            #expect(fixture.recorder.text == "ok")
        }
    }

    @Test func `attempts end, and the last error is reported`() async throws {
        try await OpenAIFixture.run([]) { fixture in
            #expect(await fixture.ask()?.code == .unavailable)
            #expect(fixture.provider.received.count == 3)
        }
    }

    @Test func `a connection cut after the first piece is never tried again`() async throws {
        let cut = Reply.raw([Reply.streamHead, Reply.piece("Once upon")], closes: true)
        try await OpenAIFixture.run([cut, .answer(["again"])]) { fixture in
            #expect(await fixture.ask()?.code == .interrupted)
            #expect(fixture.recorder.pieces == ["Once upon"])
            #expect(fixture.recorder.usage == nil)
            #expect(fixture.provider.received.count == 1)
        }
    }

    @Test func `a stream that just ends is not mistaken for a complete answer`() async throws {
        let cut = Reply.raw([Reply.streamHead, Reply.piece("Once upon"), Reply.end])
        try await OpenAIFixture.run([cut]) { fixture in
            #expect(await fixture.ask()?.code == .interrupted)
        }
    }

    @Test func `an error in the middle of the stream interrupts the answer`() async throws {
        let failure = Reply.chunk("data: {\"error\":{\"message\":\"private prompt\"}}\n\n")
        try await OpenAIFixture.run([.raw([Reply.streamHead, Reply.piece("Hm"), failure])]) { fixture in
            let error = try #require(await fixture.ask("private prompt"))
            #expect(error.code == .interrupted)
            #expect(!"\(error)".contains("private"))
        }
    }

    @Test func `an answer without text is no answer`() async throws {
        try await OpenAIFixture.run([.answer([])]) { fixture in
            #expect(await fixture.ask()?.code == .badAnswer)
        }
    }

    @Test func `a provider that nobody listens for is unavailable`() async throws {
        try await OpenAIFixture.run([]) { fixture in
            try await fixture.provider.stop()
            #expect(await fixture.ask()?.code == .unavailable)
            #expect(fixture.time.pauses.count == 2)
        }
    }

    @Test func `a base URL that is none is named as the mistake`() async throws {
        try await OpenAIFixture.run([]) {
            $0.baseURL = "not a url"
        } body: { fixture in
            let error = try #require(await fixture.ask())
            #expect(error.code == .rejected)
            #expect(error.message.contains("OPENAI_BASE_URL"))
        }
    }
}
