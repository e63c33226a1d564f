import FoundationEssentials
import NIOHTTP1
import RoostGateway
import Testing

@Suite(.timeLimit(.minutes(10)))
struct OpenAIModelTests {
    @Test func `an answer arrives in pieces, with the provider's counts`() async throws {
        try await OpenAIFixture.run([.answer(["Fine", ", thanks", "."])]) { fixture in
            #expect(await fixture.ask() == nil)
            #expect(fixture.recorder.pieces == ["Fine", ", thanks", "."])
            let usage = ModelUsage(tokensIn: 7, tokensOut: 3, estimated: false)
            #expect(fixture.recorder.events.last == .finished(usage, modelId: "m-1"))
        }
    }

    @Test func `the request is what the protocol asks for`() async throws {
        struct Body: Decodable {
            let model: String
            let stream: Bool
            let messages: [ChatTurn]
            let stream_options: [String: Bool]
            let max_tokens: Int?
        }
        try await OpenAIFixture.run([.answer(["ok"])]) { fixture in
            var request = ModelRequest.asking("Say ok")
            request.messages.insert(ChatTurn(role: .system, content: "Be brief."), at: 0)
            request.maxTokens = 5
            try await fixture.model.answer(request, emit: fixture.recorder.sink)
            let received = try #require(fixture.provider.received.first)
            #expect(received.head.uri == "/v1/chat/completions")
            #expect(received.head.method == .POST)
            #expect(received.head.headers["authorization"] == ["Bearer \(OpenAIFixture.key)"])
            #expect(received.head.headers["content-type"] == ["application/json"])
            #expect(received.head.headers["x-client-request-id"] == ["trace-1"])
            let body = try JSONDecoder().decode(Body.self, from: Data(received.body.utf8))
            #expect(body.model == "m-1")
            #expect(body.stream)
            #expect(body.messages == request.messages)
            #expect(body.stream_options == ["include_usage": true])
            #expect(body.max_tokens == 5)
        }
    }

    @Test func `bytes that arrive one at a time make the same answer`() async throws {
        try await OpenAIFixture.run([.answer(["Grüße ", "👩‍👩‍👧 ", "日本"]).byteByByte]) { fixture in
            #expect(await fixture.ask() == nil)
            #expect(fixture.recorder.text == "Grüße 👩‍👩‍👧 日本")
        }
    }

    @Test func `a character cut between pieces is handed on whole`() async throws {
        try await OpenAIFixture.run([.answer(["Hi 👩", "\u{200D}👧", " there"])]) { fixture in
            #expect(await fixture.ask() == nil)
            #expect(fixture.recorder.pieces == ["Hi ", "👩\u{200D}👧 there"])
        }
    }

    @Test func `without counts the usage is estimated and says so`() async throws {
        try await OpenAIFixture.run([.answer(["12345"], usage: false)]) { fixture in
            #expect(await fixture.ask("123456789") == nil)
            #expect(fixture.recorder.usage == ModelUsage(tokensIn: 3, tokensOut: 2, estimated: true))
        }
    }

    @Test func `a finished stream without DONE is an answer`() async throws {
        let reply = StandInProvider.Reply.self
        let writes = [reply.streamHead, reply.piece("Hi"), reply.finish, reply.end]
        try await OpenAIFixture.run([.raw(writes)]) { fixture in
            #expect(await fixture.ask() == nil)
            #expect(fixture.recorder.text == "Hi")
        }
    }

    @Test func `the key is in no description`() throws {
        let configuration = OpenAIConfiguration(apiKey: SecretText(OpenAIFixture.key))
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in [dumped, "\(configuration)", String(reflecting: configuration)] {
            #expect(!text.contains(OpenAIFixture.key))
        }
    }
}
