import HTTPTypes
import HummingbirdCore
import RoostGatewayTesting
import RoostObjects
import RoostRuntime
import RoostStorage
import RoostTesting
import Testing

@testable import RoostGateway

struct RateLimitRouteTests {
    private static let small =
        #"{"slidingWindow": {"limit": 5, "windowSeconds": 60, "burst": 5, "burstWindowSeconds": 60}}"#

    private func check(_ test: GatewayTest, _ body: String, _ headers: HTTPFields = [:]) async throws -> GatewayAnswer {
        try await test.client.execute(
            uri: "/rate-limit/check",
            method: .post,
            headers: test.headers(tenant: "alpha", headers),
            body: body
        )
    }

    @Test func `a check answers 200 either way`() async throws {
        let test = try GatewayTest(tenants: await TestTenants.limited(Self.small))
        let first = try await check(test, #"{"key":"k","cost":4}"#).data()
        #expect(first["allowed"].bool == true)
        #expect(first["limit"].int == 5)
        #expect(first["remaining"].int == 1)
        #expect(first["resetAt"].int == Int(VirtualClock.start.milliseconds) + 60_000)
        #expect(first["retryAfter"].value == nil)
        let second = try await check(test, #"{"key":"k","cost":2}"#).data()
        #expect(second["allowed"].bool == false)
        #expect(second["remaining"].int == 1)
        #expect(second["retryAfter"].int == 60)
    }

    @Test func `usage consumes nothing`() async throws {
        let test = try GatewayTest()
        for _ in 0..<3 {
            let answer = try await test.client.execute(
                uri: "/rate-limit/usage?key=a%20b",
                headers: test.headers(tenant: "alpha")
            )
            #expect(try answer.data()["remaining"].int == 20)
        }
    }

    @Test(arguments: [
        (#"{}"#, "key"), (#"{"key":""}"#, "key"), (#"{"key":"k","cost":0}"#, "cost"),
        (#"{"key":"k","cost":-1}"#, "cost"),
        (#"{"key":"k","cost":1.5}"#, "cost"), (#"{"key":"\#(String(repeating: "x", count: 513))"}"#, "key"),
    ])
    func `a check that makes no sense is refused`(body: String, field: String) async throws {
        try expectFailure(try await check(GatewayTest(), body), .invalidRequest, field: field)
    }

    @Test func `an administrator resets a key`() async throws {
        let test = try GatewayTest(tenants: await TestTenants.guarded())
        let admin: HTTPFields = [.apiKey: "alpha-admin-key"]
        _ = try await check(test, #"{"key":"k","cost":20}"#, admin)
        let reset = try await test.client.execute(
            uri: "/rate-limit/reset",
            method: .post,
            headers: test.headers(tenant: "alpha", admin),
            body: #"{"key":"k"}"#
        )
        #expect(try reset.data()["reset"].bool == true)
        #expect(try await check(test, #"{"key":"k","cost":20}"#, admin).data()["allowed"].bool == true)
    }

    @Test func `an application's keys are apart from the service's own clients`() async throws {
        let test = try GatewayTest(tenants: await TestTenants.limited(Self.small))
        for _ in 0..<2 { _ = try await check(test, #"{"key":"ip:192.0.2.1","cost":1}"#).data() }
        let answer = try await check(test, #"{"key":"ip:192.0.2.1","cost":1}"#)
        #expect(try answer.data()["remaining"].int == 2)
        #expect(answer.headers[.xRateLimitRemaining] == "2")
    }

    @Test func `every limited answer has the headers, also one that fails afterwards`() async throws {
        let test = try GatewayTest()
        for (uri, status) in [("/chat/sessions", 200), ("/nothing", 404), ("/chat", 405), ("/chat/x/history", 400)] {
            let answer = try await test.client.execute(uri: uri, headers: test.headers(tenant: "alpha"))
            #expect(answer.status.code == status)
            for name in [
                HTTPField.Name.xRateLimitLimit, .xRateLimitRemaining, .xRateLimitReset, .rateLimit, .rateLimitPolicy,
            ] {
                #expect(answer.headers[values: name].count == 1, "\(name) of \(uri)")
            }
        }
    }

    @Test func `health is not limited`() async throws {
        let test = try GatewayTest(
            tenants: await TestTenants.limited(#"{"tokenBucket": {"capacity": 1, "refillPerSecond": 1}}"#)
        )
        for _ in 0..<5 {
            for uri in ["/healthz", "/readyz", "/health"] {
                let answer = try await test.client.execute(uri: uri, headers: test.headers(tenant: "alpha"))
                #expect(answer.status == .ok)
                #expect(answer.headers[.xRateLimitLimit] == nil)
            }
        }
    }

    @Test func `clients are told apart by address, by key, and by user only where that is trusted`() async throws {
        let one = #"{"tokenBucket": {"capacity": 1, "refillPerSecond": 0.01}}"#
        for (more, expected) in [("", HTTPResponse.Status.tooManyRequests), (#", "trustUserHeader": true"#, .ok)] {
            let test = try GatewayTest(tenants: await TestTenants.limited(one, more: more))
            func status(_ user: String, _ address: String) async throws -> HTTPResponse.Status {
                try await test.client.execute(
                    uri: "/chat/sessions",
                    headers: test.headers(tenant: "alpha", [.xUserID: user, .xForwardedFor: address]),
                    address: address
                ).status
            }
            #expect(try await status("ann", "192.0.2.1") == .ok)
            #expect(try await status("bob", "192.0.2.1") == expected)
            #expect(try await status("eve", "192.0.2.2") == .ok)
        }
    }

    @Test func `a group with a rule of its own counts apart`() async throws {
        let tenants = try await TestTenants.limited(
            """
            {"tokenBucket": {"capacity": 2, "refillPerSecond": 0.01},
             "routes": {"sessions": {"tokenBucket": {"capacity": 1, "refillPerSecond": 0.01}}}}
            """
        )
        let test = try GatewayTest(tenants: tenants)
        let headers = test.headers(tenant: "alpha")
        #expect(try await test.client.execute(uri: "/chat/sessions", headers: headers).status == .ok)
        #expect(try await test.client.execute(uri: "/chat/sessions", headers: headers).status == .tooManyRequests)
        #expect(try await test.client.execute(uri: "/rate-limit/usage?key=k", headers: headers).status == .ok)
    }

    @Test func `a limiter that fails refuses, unless the tenant lets it pass`() async throws {
        for (more, expected) in [
            ("", HTTPResponse.Status.serviceUnavailable), (#", "failOpen": true"#, .methodNotAllowed),
        ] {
            let rule = #"{"tokenBucket": {"capacity": 9, "refillPerSecond": 1}\#(more)}"#
            let test = try GatewayTest(tenants: await TestTenants.limited(rule))
            test.runtime.disk.failCommits(1)
            let answer = try await test.client.execute(uri: "/chat", headers: test.headers(tenant: "alpha"))
            #expect(answer.status == expected)
        }
    }

    @Test func `a request whose count is lost has done nothing`() async throws {
        let id = "6f9619ff-8b86-d011-b42d-00cf4fc964ff"
        let model = ScriptedModel(usual: [.text("ok")])
        let test = try GatewayTest(model: model)
        let headers = test.headers(tenant: "alpha")
        let body = #"{"message":"Hi","stream":false,"sessionId":"\#(id)"}"#
        let send = { try await test.client.execute(uri: "/chat", method: .post, headers: headers, body: body) }
        #expect(try await send().status == .ok)
        test.runtime.disk.failCommits(1)
        let refused = try await send()
        #expect(refused.status == .serviceUnavailable)
        try expectFailure(refused, .overloaded)
        #expect(model.requests.count == 1)
        let history = try await test.client.execute(uri: "/chat/\(id)/history", headers: headers).data()
        #expect(history["messages"].list.count == 2)
    }

    @Test func `nothing is answered before the count of the request is durable`() throws {
        let stepped = try SteppedTest { try EdgeService.register(on: $0) }
        let test = try GatewayTest(model: OfflineModel(), runtime: stepped.test)
        for uri in ["/rate-limit/usage?key=k", "/chat"] {
            stepped.disk.holdCommits()
            let answer = stepped.start {
                try await test.client.execute(uri: uri, headers: test.headers(tenant: "alpha"))
            }
            stepped.settle()
            #expect(!answer.isDone)
            stepped.disk.releaseCommits()
            stepped.settle()
            #expect(answer.isDone)
        }
    }

    @Test(arguments: [nil, Duration.milliseconds(1_500)])
    func `the short way of writing the answer gives the text of the long one`(retryAfter: Duration?) throws {
        let answer = RateLimitAnswer(
            RateLimitDecision(
                allowed: retryAfter == nil,
                limit: 60,
                remaining: 7,
                resetAt: Timestamp(milliseconds: 1_767_225_600_123),
                retryAfter: retryAfter
            )
        )
        let trace = try #require(TraceID("trace-1"))
        let short = answer.response(trace: trace)
        let long = try Envelope.success(answer, trace: trace)
        #expect(short.headers == long.headers)
        let text = try JSONText.bytes(Envelope.Success(data: answer, traceId: trace.text))
        #expect(answer.bytes(trace: trace) == text)
    }

    @Test func `limits survive a crash`() async throws {
        let tenants = try await TestTenants.limited(#"{"tokenBucket": {"capacity": 1, "refillPerSecond": 0.01}}"#)
        let before = try GatewayTest(tenants: tenants)
        let headers = before.headers(tenant: "alpha")
        #expect(try await before.client.execute(uri: "/chat/sessions", headers: headers).status == .ok)
        try before.runtime.crash()
        let after = try GatewayTest(tenants: tenants, model: OfflineModel(), runtime: before.runtime)
        #expect(try await after.client.execute(uri: "/chat/sessions", headers: headers).status == .tooManyRequests)
    }
}
