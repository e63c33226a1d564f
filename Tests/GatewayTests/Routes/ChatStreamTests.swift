import HTTPTypes
import NIOCore
import RoostGatewayTesting
import RoostObjects
import RoostTesting
import Testing

@testable import RoostGateway

struct ChatStreamTests {
    private static let id = "6f9619ff-8b86-d011-b42d-00cf4fc964ff"
    private static let body = #"{"message":"Hi","sessionId":"\#(id)"}"#

    private func withStream<Result: Sendable>(
        _ test: GatewayTest,
        _ body: String = body,
        _ use: (GatewayStream) async throws -> Result
    ) async throws -> Result {
        try await test.client.withStream(
            uri: "/chat",
            headers: test.headers(tenant: "alpha", [.xTraceID: "trace-1"]),
            body: body,
            use
        )
    }

    private func history(_ test: GatewayTest) async throws -> [JSONPlace] {
        try await test.client
            .execute(uri: "/chat/\(Self.id)/history?order=asc", headers: test.headers(tenant: "alpha"))
            .data()["messages"].list
    }

    @Test func `tokens come one by one, then done`() async throws {
        let test = try GatewayTest(model: ScriptedModel(pieces: ["Hel", "lo ", "😀"]))
        let frames = try await withStream(test) { stream in
            #expect(stream.status == .ok)
            #expect(stream.headers[.contentType] == "text/event-stream; charset=utf-8")
            #expect(stream.headers[.cacheControl] == "no-cache")
            #expect(stream.headers[.xAccelBuffering] == "no")
            #expect(stream.headers[.xTraceID] == "trace-1")
            #expect(stream.headers[.xRateLimitLimit] == "60")
            return try await stream.frames()
        }
        #expect(frames.map(\.id) == ["1", "2", "3", "4"])
        #expect(frames.map(\.event) == ["", "", "", "done"])
        #expect(frames.compactMap(\.content).joined() == "Hello 😀")
        let token = try #require(frames.first).data
        #expect(token["sessionId"].string == Self.id)
        #expect(token["role"].string == "assistant")
        #expect(token["tenantId"].string == "alpha")
        #expect(frames.allSatisfy { $0.data["traceId"].string == "trace-1" })
        let done = try #require(frames.last).data
        #expect(done["done"].bool == true)
        #expect(done["usage"]["totalTokens"].int != nil)
        #expect(try await history(test).last?["id"].string == done["messageId"].string)
    }

    @Test func `the answer is durable when the stream says done`() async throws {
        let test = try GatewayTest(model: ScriptedModel(pieces: ["kept"]))
        let frames = try await withStream(test) { try await $0.frames() }
        #expect(frames.last?.event == "done")
        try test.runtime.crash()
        let after = try GatewayTest(model: ScriptedModel(), runtime: test.runtime)
        #expect(try await history(after).map { $0["content"].string } == ["Hi", "kept"])
    }

    @Test func `a provider that fails before the first token gives an error, then done`() async throws {
        let test = try GatewayTest(model: ScriptedModel([[.fail(ModelError(.unavailable, "sk-key"))]]))
        let frames = try await withStream(test) { try await $0.frames() }
        #expect(frames.map(\.event) == ["error", "done"])
        #expect(frames[0].data["code"].string == "ai_error")
        #expect(frames[0].data["message"].string == "AI provider unavailable")
        #expect(frames[1].data.names.contains("messageId") == false)
        #expect(try await history(test).map { $0["role"].string } == ["user"])
    }

    @Test func `a provider that fails after a token gives that token, an error, then done`() async throws {
        let model = ScriptedModel([[.text("par"), .fail(ModelError(.interrupted, "cut"))]])
        let test = try GatewayTest(model: model)
        let frames = try await withStream(test) { try await $0.frames() }
        #expect(frames.map(\.event) == ["", "error", "done"])
        let messages = try await history(test)
        #expect(messages.map { $0["content"].string } == ["Hi", "par"])
        #expect(messages.last?["partial"].bool == true)
        #expect(frames.last?.data["messageId"].string == messages.last?["id"].string)
    }

    @Test func `a reader who leaves stops the model, and what was read is kept`() async throws {
        let model = ScriptedModel([[.text("one "), .text("two "), .wait, .text("never")]])
        let test = try GatewayTest(model: model)
        try await withStream(test) { stream in
            try await expectFrame(stream, "one ")
            try await expectFrame(stream, "two ")
            await model.turnstile.waitForArrivals(1)
            stream.leave()
        }
        #expect(model.cancellations == 1)
        let messages = try await history(test)
        #expect(messages.map { $0["content"].string } == ["Hi", "one two "])
        #expect(messages.last?["partial"].bool == true)
        let again = try await withStream(test) { try await $0.frames() }
        #expect(again.last?.event == "done")
    }

    @Test func `a reader who leaves before the first token leaves only the question`() async throws {
        let model = ScriptedModel([[.wait, .text("never")]])
        let test = try GatewayTest(model: model)
        try await withStream(test) { stream in
            await model.turnstile.waitForArrivals(1)
            stream.leave()
        }
        #expect(model.cancellations == 1)
        #expect(try await history(test).map { $0["role"].string } == ["user"])
    }

    @Test func `a slow reader slows the model`() async throws {
        let model = ScriptedModel([[.text("a"), .wait, .text("b"), .wait, .text("c")]])
        let test = try GatewayTest(model: model)
        try await withStream(test) { stream in
            // Nothing has been read, so the model has not come past its first piece.
            #expect(model.turnstile.arrivals == 0)
            try await expectFrame(stream, "a")
            model.turnstile.release(2)
            let rest = try await stream.frames()
            #expect(rest.compactMap(\.content) == ["b", "c"])
        }
    }

    @Test func `silence is filled with comments`() async throws {
        var configuration = EdgeConfiguration()
        // The reader of this test takes its time while the clock is turned.
        configuration.stallLimit = .seconds(86_400)
        let model = ScriptedModel([[.wait, .text("x")]])
        let test = try GatewayTest(configuration: configuration, model: model)
        try await withStream(test) { stream in
            await model.turnstile.waitForArrivals(1)
            for _ in 0..<2 {
                #expect(await Self.next(stream, turning: test) == ": keep-alive\n\n")
            }
            model.turnstile.release()
            try await expectFrame(stream, "x")
        }
    }

    @Test func `a reader who takes nothing for a minute is disconnected`() async throws {
        let model = ScriptedModel([[.text("a"), .text("b")]])
        let test = try GatewayTest(model: model)
        try await withStream(test) { stream in
            try await expectFrame(stream, "a")
            while !stream.hasEnded {
                test.runtime.clock.advance(by: .seconds(60))
                await Task.yield()
            }
        }
        #expect(model.cancellations == 1)
    }

    @Test func `a session that is deleted meanwhile ends with an error, then done`() async throws {
        let model = ScriptedModel([[.text("a"), .wait]])
        let test = try GatewayTest(model: model)
        let frames = try await withStream(test) { stream in
            try await expectFrame(stream, "a")
            let deleted = try await test.client.execute(
                uri: "/chat/\(Self.id)",
                method: .delete,
                headers: test.headers(tenant: "alpha")
            )
            #expect(try deleted.data()["deleted"].bool == true)
            model.turnstile.release()
            return try await stream.frames()
        }
        #expect(frames.map(\.event) == ["error", "done"])
        #expect(frames.first?.data["code"].string == "not_found")
    }

    @Test func `a stream counts as one line in the log, after its last byte`() async throws {
        let test = try GatewayTest(model: ScriptedModel(pieces: ["a", "b"]))
        let bytes = try await withStream(test) { await $0.rest().utf8.count }
        let lines = test.log.filter { $0.contains(#""message":"request""#) }
        #expect(lines.count == 1)
        #expect(lines.first?.contains(#""bytes":\#(bytes)"#) == true)
        #expect(lines.first?.contains(#""route":"/chat""#) == true)
    }

    /// Waits for the next piece while time passes.
    private static func next(_ stream: GatewayStream, turning test: GatewayTest) async -> String? {
        let arrived = Flag()
        return await withTaskGroup(of: String?.self) { group in
            group.addTask {
                let piece = await stream.next()
                arrived.set()
                return piece.map { String(buffer: $0) }
            }
            while !arrived.isSet {
                test.runtime.clock.advance(by: .seconds(15))
                await Task.yield()
            }
            return await group.next() ?? nil
        }
    }
}
