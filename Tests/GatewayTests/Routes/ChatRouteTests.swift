import HTTPTypes
import HummingbirdCore
import NIOCore
import RoostGatewayTesting
import RoostObjects
import RoostTesting
import Testing

@testable import RoostGateway

struct ChatRouteTests {
    private static let id = "6f9619ff-8b86-d011-b42d-00cf4fc964ff"

    private func chat(_ test: GatewayTest, _ body: String, tenant: String = "alpha") async throws -> GatewayAnswer {
        try await test.client.execute(uri: "/chat", method: .post, headers: test.headers(tenant: tenant), body: body)
    }

    private func history(_ test: GatewayTest, _ id: String = id, tenant: String = "alpha") async throws -> [JSONPlace] {
        try await test.client
            .execute(uri: "/chat/\(id)/history?order=asc", headers: test.headers(tenant: tenant))
            .data()["messages"].list
    }

    @Test func `an answer has its message, its id and what it took`() async throws {
        var configuration = EdgeConfiguration()
        configuration.prices["m"] = ModelPrice(inputMicrosPerMillion: 1_000_000, outputMicrosPerMillion: 2_000_000)
        configuration.defaultModel = "m"
        let script: [ScriptedModel.Step] = [
            .text("Hel"), .text("lo"), .finish(ModelUsage(tokensIn: 10, tokensOut: 4, estimated: false)),
        ]
        let test = try GatewayTest(configuration: configuration, model: ScriptedModel(usual: script))
        let data = try await chat(test, #"{"message":"Hi","stream":false,"sessionId":"\#(Self.id.uppercased())"}"#)
            .data()
        #expect(data["sessionId"].string == Self.id)
        #expect(data["message"]["role"].string == "assistant")
        #expect(data["message"]["content"].string == "Hello")
        #expect(data["usage"]["modelId"].string == "m")
        #expect(data["usage"]["totalTokens"].int == 14)
        #expect(data["usage"]["costMicros"].int == 18)
        #expect(data["usage"]["latencyMs"].int == 0)
        #expect(data["usage"].names.contains("estimated") == false)
        let messages = try await history(test)
        #expect(messages.map { $0["role"].string } == ["user", "assistant"])
        #expect(messages.last?["id"].string == data["messageId"].string)
        #expect(messages.last?["tokenCount"].int == 4)
    }

    @Test func `a request without a session gets one`() async throws {
        let test = try GatewayTest()
        let data = try await chat(test, #"{"message":"Hi","stream":false}"#).data()
        let id = try #require(data["sessionId"].string)
        #expect(try await history(test, id).count == 2)
    }

    @Test func `the model gets the system prompt, the last messages, then the message once`() async throws {
        let tenants = try await TestTenants.make(
            #"{"tenantId": "alpha", "systemPrompt": "Be kind.", "contextMessages": 2}"#
        )
        let model = ScriptedModel(usual: [.text("ok")])
        let test = try GatewayTest(tenants: tenants, model: model)
        for text in ["one", "two"] {
            _ = try await chat(test, #"{"message":"\#(text)","stream":false,"sessionId":"\#(Self.id)"}"#).data()
        }
        _ = try await chat(test, #"{"message":"three","stream":false,"sessionId":"\#(Self.id)"}"#).data()
        let turns = try #require(model.requests.last).messages
        #expect(turns.map(\.role) == [.system, .user, .assistant, .user])
        #expect(turns.map(\.content) == ["Be kind.", "two", "ok", "three"])
    }

    @Test func `the question is durable before the model is asked`() async throws {
        let model = ScriptedModel(usual: [.wait, .text("late")])
        let test = try GatewayTest(model: model)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                _ = try? await self.chat(test, #"{"message":"Hi","stream":false,"sessionId":"\#(Self.id)"}"#)
            }
            await model.turnstile.waitForArrivals(1)
            try test.runtime.crash()
            let after = try GatewayTest(model: model, runtime: test.runtime)
            #expect(try await history(after).map { $0["content"].string } == ["Hi"])
            model.turnstile.release()
            try await group.waitForAll()
        }
    }

    @Test func `two requests to one session are answered one after the other`() async throws {
        let model = ScriptedModel(usual: [.wait, .text("ok")])
        let test = try GatewayTest(model: model)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...5 {
                group.addTask {
                    let body = #"{"message":"m\#(number)","stream":false,"sessionId":"\#(Self.id)"}"#
                    _ = try await self.chat(test, body).data()
                }
            }
            for number in 1...5 {
                await model.turnstile.waitForArrivals(number)
                #expect(model.requests.count == number)
                model.turnstile.release()
            }
            try await group.waitForAll()
        }
        let roles = try await history(test).map { $0["role"].string }
        #expect(roles == (1...5).flatMap { _ in ["user", "assistant"] })
    }

    @Test func `sessions do not wait for each other`() async throws {
        let model = ScriptedModel([[.wait, .text("slow")]], usual: [.text("fast")])
        let test = try GatewayTest(model: model)
        try await withThrowingTaskGroup(of: Void.self) { group in
            let isReleased = Flag()
            group.addTask {
                let answer = try await self.chat(test, #"{"message":"a","stream":false}"#).data()
                #expect(isReleased.isSet)
                #expect(answer["message"]["content"].string == "slow")
            }
            await model.turnstile.waitForArrivals(1)
            let other = try await chat(test, #"{"message":"b","stream":false}"#).data()
            #expect(other["message"]["content"].string == "fast")
            isReleased.set()
            model.turnstile.release()
            try await group.waitForAll()
        }
    }

    @Test func `a failed provider loses nothing, and the next request works`() async throws {
        let model = ScriptedModel([
            [.fail(ModelError(.unavailable, "down"))], [.text("par"), .fail(ModelError(.interrupted, "cut"))],
        ])
        let test = try GatewayTest(model: model)
        let body = #"{"message":"Hi","stream":false,"sessionId":"\#(Self.id)"}"#
        try expectFailure(try await chat(test, body), .aiError)
        try expectFailure(try await chat(test, body), .aiError)
        #expect(try await chat(test, body).data()["message"]["content"].string == "Hello, world")
        #expect(try await history(test).map { $0["role"].string } == ["user", "user", "user", "assistant"])
    }

    @Test func `another user's session is not found, whatever is tried`() async throws {
        let test = try GatewayTest()
        _ = try await chat(test, #"{"message":"Hi","stream":false,"sessionId":"\#(Self.id)","userId":"ann"}"#).data()
        try expectFailure(
            try await chat(test, #"{"message":"Hi","sessionId":"\#(Self.id)","userId":"bob"}"#),
            .notFound
        )
        for (method, uri) in [
            (HTTPRequest.Method.get, "/chat/sessions/\(Self.id)?userId=bob"),
            (.get, "/chat/\(Self.id)/history?userId=bob"),
            (.delete, "/chat/\(Self.id)?userId=bob"),
        ] {
            let answer = try await test.client.execute(uri: uri, method: method, headers: test.headers(tenant: "alpha"))
            try expectFailure(answer, .notFound)
        }
        #expect(try await history(test).count == 2)
    }

    @Test func `another tenant reaches its own session with the same id, never this one`() async throws {
        let test = try GatewayTest()
        _ = try await chat(test, #"{"message":"alpha's secret","stream":false,"sessionId":"\#(Self.id)"}"#).data()
        let answer = try await test.client.execute(
            uri: "/chat/\(Self.id)/history",
            headers: test.headers(tenant: "beta")
        )
        try expectFailure(answer, .notFound)
        _ = try await chat(test, #"{"message":"mine","stream":false,"sessionId":"\#(Self.id)"}"#, tenant: "beta").data()
        #expect(try await history(test, tenant: "beta").first?["content"].string == "mine")
        #expect(try await history(test).first?["content"].string == "alpha's secret")
    }

    @Test func `ten thousand characters are taken, one more is not, emoji count as one`() async throws {
        let test = try GatewayTest()
        let most = String(repeating: "😀", count: 10_000)
        _ = try await chat(test, #"{"message":"\#(most)","stream":false}"#).data()
        try expectFailure(
            try await chat(test, #"{"message":"\#(most)x","stream":false}"#),
            .invalidRequest,
            field: "message"
        )
    }

    @Test func `an emoji cut by a chunk border arrives whole`() async throws {
        let test = try GatewayTest()
        let bytes = Array(#"{"message":"a😀b","stream":false,"sessionId":"\#(Self.id)"}"#.utf8)
        let (body, source) = RequestBody.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for byte in bytes { await source.yield(ByteBuffer(bytes: [byte])) }
                source.finish()
            }
            let answer = try await test.client.execute(
                uri: "/chat",
                method: .post,
                headers: test.headers(tenant: "alpha"),
                stream: body
            )
            _ = try answer.data()
            try await group.waitForAll()
        }
        #expect(try await history(test).first?["content"].string == "a😀b")
    }

    @Test func `half an emoji is not JSON`() async throws {
        let test = try GatewayTest()
        let bytes = Array(#"{"message":""#.utf8) + [0xf0, 0x9f] + Array(#""}"#.utf8)
        let answer = try await test.client.execute(
            uri: "/chat",
            method: .post,
            headers: test.headers(tenant: "alpha"),
            stream: RequestBody(buffer: ByteBuffer(bytes: bytes))
        )
        try expectFailure(answer, .invalidJSON)
    }
}
