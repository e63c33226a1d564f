import HTTPTypes
import NIOCore
import RoostGatewayTesting
import Testing

@testable import RoostGateway

struct HealthRouteTests {
    @Test func `healthz and readyz need no tenant and keep their own shape`() async throws {
        let test = try GatewayTest()
        let alive = try await test.client.execute(uri: "/healthz")
        #expect(alive.text == #"{"status":"ok"}"#)
        #expect(alive.headers[.xTraceID] != nil)
        let ready = try await test.client.execute(uri: "/readyz")
        #expect(ready.status == .ok)
        #expect(try ready.json()["status"].string == "ready")
        #expect(try ready.json()["checks"]["store"].string == "ok")
        #expect(try ready.json()["checks"]["provider"].string == "ok")
    }

    @Test(arguments: ["/healthz", "/readyz", "/health", "/chat/sessions", "/nothing"])
    func `the head of an answer is that of the answer, without its body`(uri: String) async throws {
        let test = try GatewayTest()
        let headers = test.headers(tenant: "alpha", [.xTraceID: "t"])
        let whole = try await test.client.execute(uri: uri, headers: headers)
        let head = try await test.client.execute(uri: uri, method: .head, headers: headers)
        #expect(head.status == whole.status)
        #expect(head.text.isEmpty)
        #expect(head.headers[.contentLength] == whole.headers[.contentLength])
        #expect(head.headers[.contentType] == whole.headers[.contentType])
    }

    @Test func `while draining the process lives but is not ready`() async throws {
        let test = try GatewayTest()
        test.service.beginDraining()
        #expect(try await test.client.execute(uri: "/healthz").status == .ok)
        let ready = try await test.client.execute(uri: "/readyz")
        #expect(ready.status == .serviceUnavailable)
        #expect(try ready.json()["checks"]["server"].string == "draining")
    }

    @Test func `a provider that fails again and again shows`() async throws {
        let test = try GatewayTest(model: ScriptedModel(usual: [.fail(ModelError(.unavailable, "down"))]))
        for _ in 0..<5 {
            _ = try await test.client.execute(
                uri: "/chat",
                method: .post,
                headers: test.headers(tenant: "alpha"),
                body: #"{"message":"x","stream":false}"#
            )
        }
        let ready = try await test.client.execute(uri: "/readyz")
        #expect(ready.status == .serviceUnavailable)
        #expect(try ready.json()["checks"]["provider"].string == "failing")
    }

    @Test func `health says what the tenant gets`() async throws {
        let test = try GatewayTest()
        let data = try await test.client.execute(uri: "/health", host: "BETA.localhost:8787").data()
        #expect(data["status"].string == "healthy")
        #expect(data["tenantId"].string == "beta")
        #expect(data["environment"].string == "development")
        #expect(data["modelId"].string == "offline-1")
        #expect(data["version"].string == RoostVersion.text)
    }

    @Test func `another method on a health route is refused as on any other`() async throws {
        let test = try GatewayTest()
        let answer = try await test.client.execute(
            uri: "/healthz",
            method: .post,
            headers: test.headers(tenant: "alpha")
        )
        try expectFailure(answer, .methodNotAllowed)
    }
}

struct CORSRouteTests {
    private static let allowed = "https://app.alpha.example"

    private func preflight(_ test: GatewayTest, _ origin: String, host: String) async throws -> GatewayAnswer {
        try await test.client.execute(
            uri: "/chat",
            method: .options,
            headers: [.origin: origin, .accessControlRequestMethod: "POST"],
            host: host
        )
    }

    @Test func `a preflight needs neither tenant nor credential`() async throws {
        let test = try GatewayTest(tenants: await TestTenants.guarded())
        for host in ["alpha.localhost", "localhost"] {
            let answer = try await preflight(test, Self.allowed, host: host)
            #expect(answer.status == .noContent)
            #expect(answer.headers[.accessControlAllowOrigin] == Self.allowed)
            #expect(answer.headers[.accessControlMaxAge] == "86400")
            #expect(answer.headers[.vary] == "origin")
            #expect(answer.headers[.xTraceID] != nil)
        }
        #expect(
            try await preflight(test, "https://evil.example", host: "alpha.localhost").headers[
                .accessControlAllowOrigin
            ]
                == nil
        )
    }

    @Test func `an answer to a request without an origin has no header about origins`() async throws {
        let test = try GatewayTest(tenants: await TestTenants.guarded())
        let answer = try await test.client.execute(uri: "/healthz", method: .get)
        #expect(answer.status == .ok)
        #expect(answer.headers[.vary] == nil)
        #expect(!answer.headers.contains { $0.name.canonicalName.hasPrefix("access-control") })
    }

    @Test func `answers to an allowed origin can be read, also errors`() async throws {
        let test = try GatewayTest(tenants: await TestTenants.guarded())
        for key in ["alpha-key", "wrong"] {
            let answer = try await test.client.execute(
                uri: "/nothing",
                headers: test.headers(tenant: "alpha", [.origin: Self.allowed, .apiKey: key]),
                host: "alpha.localhost"
            )
            #expect(answer.headers[.accessControlAllowOrigin] == Self.allowed)
        }
        let answer = try await test.client.execute(
            uri: "/health",
            headers: test.headers(tenant: "alpha", [.origin: "https://evil.example", .apiKey: "alpha-key"])
        )
        #expect(answer.status == .ok)
        #expect(answer.headers[.accessControlAllowOrigin] == nil)
    }

    @Test func `no list means none in production`() async throws {
        var configuration = EdgeConfiguration()
        configuration.profile = .production
        let digest = String(repeating: "0", count: 64)
        let tenants = try await TestTenants.make(
            #"{"tenantId": "alpha", "apiKeys": ["sha256:\#(digest)"], "allowedHosts": ["a.example"]}"#,
            profile: .production
        )
        let test = try GatewayTest(configuration: configuration, tenants: tenants)
        #expect(
            try await preflight(test, Self.allowed, host: "a.example").headers[.accessControlAllowOrigin] == nil
        )
    }
}

struct TraceRouteTests {
    @Test func `a client's trace id comes back in header and body`() async throws {
        let test = try GatewayTest()
        let answer = try await test.client.execute(
            uri: "/nothing",
            headers: [.tenantId: "alpha", .xTraceID: "my-trace"]
        )
        #expect(answer.headers[.xTraceID] == "my-trace")
        #expect(try answer.json()["traceId"].string == "my-trace")
        #expect(test.log.contains { $0.contains(#""traceId":"my-trace""#) })
    }

    @Test func `each request has one line with route, tenant, status and size, and no path`() async throws {
        let test = try GatewayTest()
        let answer = try await test.client.execute(
            uri: "/chat/sessions/6f9619ff-8b86-d011-b42d-00cf4fc964ff?secret=1",
            headers: [.tenantId: "alpha"]
        )
        let lines = test.log.filter { $0.contains(#""message":"request""#) }
        let line = try JSONPlace(text: try #require(lines.first))
        #expect(lines.count == 1)
        #expect(line["route"].string == "/chat/sessions/{id}")
        #expect(line["tenant"].string == "alpha")
        #expect(line["status"].int == 404)
        #expect(line["bytes"].int == answer.body.readableBytes)
        #expect(line["durationMs"].int == 0)
        #expect(line["code"].string == "not_found")
        #expect(!test.log.joined().contains("6f9619ff"))
    }
}
