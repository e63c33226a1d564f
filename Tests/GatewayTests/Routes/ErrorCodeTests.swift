import HTTPTypes
import HummingbirdCore
import NIOCore
import RoostGatewayTesting
import RoostStorage
import RoostTesting
import Testing

@testable import RoostGateway

/// Every row of the table of errors, provoked from outside, with envelope and trace id.
struct ErrorCodeTests {
    private static let id = "6f9619ff-8b86-d011-b42d-00cf4fc964ff"

    private func post(
        _ test: GatewayTest,
        _ uri: String,
        _ body: String?,
        _ headers: HTTPFields = [:]
    ) async throws -> GatewayAnswer {
        try await test.client.execute(
            uri: uri,
            method: .post,
            headers: test.headers(tenant: "alpha", headers),
            body: body
        )
    }

    @Test(arguments: ["{", "", "not json"]) func `invalid_json`(body: String) async throws {
        try expectFailure(try await post(GatewayTest(), "/chat", body), .invalidJSON)
    }

    @Test(arguments: [
        (#"{}"#, "message"), (#"{"message":""}"#, "message"), (#"{"message":5}"#, "message"),
        (#"{"message":"x","sessionId":"1"}"#, "sessionId"), (#"{"message":"x","stream":"no"}"#, "stream"),
        (#"{"message":"x","userId":""}"#, "userId"), (#"{"message":"x","modelId":""}"#, "modelId"),
        (#"{"message":"x","useRetrieval":1}"#, "useRetrieval"),
    ])
    func `invalid_request`(body: String, field: String) async throws {
        try expectFailure(try await post(GatewayTest(), "/chat", body), .invalidRequest, field: field)
    }

    @Test func `tenant_required`() async throws {
        try expectFailure(try await GatewayTest().client.execute(uri: "/chat/sessions"), .tenantRequired)
    }

    @Test(arguments: [
        "constructor", "__proto__", "a:b", "../x", "nobody", "ALPHA", String(repeating: "a", count: 64), "",
    ])
    func `tenant_unknown`(tenant: String) async throws {
        let answer = try await GatewayTest().client.execute(uri: "/health", headers: [.tenantId: tenant])
        try expectFailure(answer, .tenantUnknown)
    }

    @Test func `unauthorized`() async throws {
        let test = try GatewayTest(tenants: await TestTenants.guarded())
        for headers: HTTPFields in [[:], [.apiKey: "wrong"], [.apiKey: "beta-key"], [.authorization: "Bearer x"]] {
            let answer = try await test.client.execute(
                uri: "/health",
                headers: test.headers(tenant: "alpha", headers)
            )
            try expectFailure(answer, .unauthorized)
            #expect(answer.headers[.wwwAuthenticate] != nil)
        }
    }

    @Test func `forbidden`() async throws {
        let test = try GatewayTest(tenants: await TestTenants.guarded())
        let answer = try await post(test, "/rate-limit/reset", #"{"key":"k"}"#, [.apiKey: "alpha-key"])
        try expectFailure(answer, .forbidden)
    }

    @Test func `model_not_allowed`() async throws {
        try expectFailure(
            try await post(GatewayTest(), "/chat", #"{"message":"x","modelId":"gpt-9"}"#),
            .modelNotAllowed
        )
    }

    @Test(arguments: ["/nothing", "/chat/sessions/\(id)", "/chat/\(id)/history", "/chat/x/y/z", "/"])
    func `not_found`(uri: String) async throws {
        let test = try GatewayTest()
        try expectFailure(
            try await test.client.execute(uri: uri, headers: test.headers(tenant: "alpha")),
            .notFound
        )
    }

    @Test func `method_not_allowed`() async throws {
        let test = try GatewayTest()
        let answer = try await test.client.execute(
            uri: "/chat/sessions",
            method: .delete,
            headers: test.headers(tenant: "alpha")
        )
        try expectFailure(answer, .methodNotAllowed)
        #expect(answer.headers[.allow] == "GET, POST")
    }

    @Test func `conflict`() async throws {
        let test = try GatewayTest()
        let ann = try await post(test, "/chat/sessions", #"{"sessionId":"\#(Self.id)","userId":"ann"}"#)
        #expect(ann.status == .created)
        try expectFailure(
            try await post(test, "/chat/sessions", #"{"sessionId":"\#(Self.id)","userId":"bob"}"#),
            .conflict
        )
    }

    @Test func `payload_too_large, declared`() async throws {
        let test = try GatewayTest()
        let answer = try await test.client.execute(
            uri: "/chat",
            method: .post,
            headers: test.headers(tenant: "alpha", [.contentLength: "65537"]),
            stream: RequestBody(asyncSequence: EndlessBody(pieces: 0))
        )
        try expectFailure(answer, .payloadTooLarge)
    }

    @Test(arguments: [HTTPFields(), [.contentLength: "10"]])
    func `payload_too_large, counted while it arrives, whatever was declared`(headers: HTTPFields) async throws {
        let test = try GatewayTest()
        let body = EndlessBody()
        let answer = try await test.client.execute(
            uri: "/chat",
            method: .post,
            headers: test.headers(tenant: "alpha", headers),
            stream: RequestBody(asyncSequence: body)
        )
        try expectFailure(answer, .payloadTooLarge)
        #expect(body.counter.bytes <= 65_536 + EndlessBody.pieceBytes)
        #expect(try await test.client.execute(uri: "/healthz").status == .ok)
    }

    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""])
    func `unsupported_media_type`(type: String) async throws {
        try expectFailure(
            try await post(GatewayTest(), "/chat", #"{"message":"x"}"#, [.contentType: type]),
            .unsupportedMediaType
        )
    }

    @Test func `rate_limited`() async throws {
        let tenants = try await TestTenants.limited(#"{"tokenBucket": {"capacity": 1, "refillPerSecond": 0.5}}"#)
        let test = try GatewayTest(tenants: tenants)
        let headers = test.headers(tenant: "alpha")
        #expect(try await test.client.execute(uri: "/chat/sessions", headers: headers).status == .ok)
        let answer = try await test.client.execute(uri: "/chat/sessions", headers: headers)
        try expectFailure(answer, .rateLimited)
        #expect(answer.headers[.retryAfter] == "2")
        #expect(answer.headers[.xRateLimitRemaining] == "0")
    }

    @Test func `internal_error tells nothing but the trace id`() async throws {
        struct Unforeseen: Error, CustomStringConvertible { let description = "password=hunter2" }
        let error = EdgeError(mapping: Unforeseen())
        #expect(error.code == .internalError)
        #expect(!error.message.contains("hunter2"))
        #expect(error.details.isEmpty)
    }

    @Test func `ai_error`() async throws {
        let test = try GatewayTest(model: ScriptedModel([[.fail(ModelError(.unavailable, "down"))]]))
        try expectFailure(try await post(test, "/chat", #"{"message":"x","stream":false}"#), .aiError)
    }

    @Test func `overloaded`() async throws {
        var configuration = EdgeConfiguration()
        configuration.limits.waitingPerSession = 0
        let model = ScriptedModel(usual: [.wait, .text("done")])
        let test = try GatewayTest(configuration: configuration, model: model)
        let body = #"{"message":"x","stream":false,"sessionId":"\#(Self.id)"}"#
        try await withThrowingTaskGroup(of: GatewayAnswer.self) { group in
            group.addTask { try await self.post(test, "/chat", body) }
            await model.turnstile.waitForArrivals(1)
            let second = try await post(test, "/chat", body)
            try expectFailure(second, .overloaded)
            #expect(second.headers[.retryAfter] == "1")
            model.turnstile.release()
            #expect(try await group.next()?.status == .ok)
        }
    }

    @Test func `not_ready while draining`() async throws {
        let test = try GatewayTest()
        test.service.beginDraining()
        let answer = try await post(test, "/chat", #"{"message":"x"}"#)
        try expectFailure(answer, .notReady)
        #expect(answer.headers[.retryAfter] != nil)
    }

    @Test func `not_ready when the store has stopped`() async throws {
        let test = try GatewayTest()
        test.runtime.disk.failSync()
        let first = try await post(test, "/chat/sessions", "{}")
        #expect(first.status == .serviceUnavailable)
        let second = try await post(test, "/chat/sessions", "{}")
        #expect(second.status == .serviceUnavailable)
        let ready = try await test.client.execute(uri: "/readyz")
        #expect(ready.status == .serviceUnavailable)
        #expect(try ready.json()["checks"]["store"].string == "failing")
        #expect(try await test.client.execute(uri: "/healthz").status == .ok)
    }
}

/// A body that goes on for ever, or for so many pieces.
struct EndlessBody: AsyncSequence, Sendable {
    static let pieceBytes = 8_192

    var pieces = Int.max
    let counter = ByteCounter()

    struct Iterator: AsyncIteratorProtocol {
        var left: Int
        let counter: ByteCounter

        mutating func next() async throws -> ByteBuffer? {
            guard left > 0 else { return nil }
            left -= 1
            counter.add(EndlessBody.pieceBytes)
            return ByteBuffer(repeating: UInt8(ascii: " "), count: EndlessBody.pieceBytes)
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(left: pieces, counter: counter) }
}
