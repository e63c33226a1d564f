import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import NIOCore
import RoostGatewayTesting
import RoostRuntime
import RoostTesting
import Testing

@testable import RoostGateway

/// `/objects/{binding}/{id}/…`.
struct ObjectRouteTests {
    private static func service(tenants: TenantDirectory = .builtIn) throws -> GatewayTest {
        let runtime = try RoostTest { roost in
            try EdgeService.register(on: roost)
            try roost.register(MirrorObject.self)
            try roost.register(SilentObject.self)
        }
        var configuration = EdgeConfiguration()
        configuration.publicBindings = ["MIRROR": "MirrorObject", "SILENT": "SilentObject"]
        configuration.limits.objectBodyBytes = 1 << 20
        return try GatewayTest(
            configuration: configuration,
            tenants: tenants,
            model: OfflineModel(),
            runtime: runtime
        )
    }

    private static func description(_ answer: GatewayAnswer) throws -> MirrorObject.Description {
        try JSONDecoder().decode(MirrorObject.Description.self, from: Data(answer.body.readableBytesView))
    }

    @Test func `path and query after the id are kept as they were sent`() async throws {
        let test = try Self.service()
        for (uri, path, query) in [
            ("/objects/MIRROR/a", "/", nil), ("/objects/MIRROR/a/", "/", nil), ("/objects/MIRROR/a?x=1", "/", "x=1"),
            ("/objects/MIRROR/a/b%2Fc/d?x=%20&y", "/b%2Fc/d", "x=%20&y"), ("/objects/MIRROR/a//b/", "//b/", nil),
            (
                "/objects/MIRROR/a/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16", "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16",
                nil
            ),
        ] as [(String, String, String?)] {
            let answer = try await test.client.execute(uri: uri, headers: test.headers(tenant: "alpha"))
            #expect(answer.status == .ok)
            let description = try Self.description(answer)
            #expect(description.path == path)
            #expect(description.query == query)
        }
    }

    @Test(arguments: ["PUT", "DELETE", "PATCH", "PROPFIND", "OPTIONS"])
    func `any method is passed on`(method: String) async throws {
        let test = try Self.service()
        let answer = try await test.client.execute(
            uri: "/objects/MIRROR/a/x",
            method: #require(HTTPRequest.Method(method)),
            headers: test.headers(tenant: "alpha")
        )
        #expect(try Self.description(answer).method == method)
    }

    @Test func `a request for the head gets the head`() async throws {
        let test = try Self.service()
        let answer = try await test.client.execute(
            uri: "/objects/MIRROR/a/x",
            method: .head,
            headers: test.headers(tenant: "alpha")
        )
        #expect(answer.status == .ok)
        #expect(answer.body.readableBytes == 0)
    }

    @Test func `the id is decoded once and names an object of the tenant`() async throws {
        let test = try Self.service()
        func visit(_ id: String, _ tenant: String) async throws -> String {
            try await test.client.execute(uri: "/objects/MIRROR/\(id)/count", headers: test.headers(tenant: tenant))
                .text
        }
        #expect(try await visit("a%2Fb", "alpha") == "1")
        #expect(try await visit("%61%2fb", "alpha") == "2")
        #expect(try await visit("a%252Fb", "alpha") == "1")
        #expect(try await visit("a%2Fb", "beta") == "1")
        let objects = try test.runtime.roost.objects(of: MirrorObject.self).tenant(TenantID("alpha"))
        #expect(try await objects.get("a/b").fetch("/count").body.collect(upTo: 10) == Array("3".utf8))
    }

    @Test func `ids, bindings and paths that do not exist are refused`() async throws {
        let test = try Self.service()
        for (uri, status) in [
            ("/objects/MIRROR/" + String(repeating: "a", count: 512), 200),
            ("/objects/MIRROR/" + String(repeating: "a", count: 513), 400), ("/objects/MIRROR/", 404),
            ("/objects/MIRROR", 404), ("/objects/mirror/a", 404), ("/objects/ChatSession/a", 404),
            ("/objects/MIRROR/%zz", 404), ("/objects/MIRROR/%ff", 404), ("/objects/SILENT/a", 404),
        ] {
            let answer = try await test.client.execute(uri: uri, headers: test.headers(tenant: "alpha"))
            #expect(answer.status.code == status, "\(uri)")
        }
    }

    @Test func `the service's own classes cannot be made public`() throws {
        for name in ["ChatSession", "RateLimiter", "SessionIndex", "Unknown"] {
            var configuration = EdgeConfiguration()
            configuration.publicBindings = ["X": name]
            #expect(throws: RoostError.self) { try GatewayTest(configuration: configuration) }
        }
    }

    // MARK: Headers

    @Test func `credentials and what a client claims to be stay with the gateway`() async throws {
        let test = try Self.service(tenants: await TestTenants.guarded())
        let headers = test.headers(
            tenant: "alpha",
            [
                .authorization: "Bearer alpha-key", .connection: "x-hop, close", .te: "trailers", .cookie: "a=b",
                .roostPrincipal: "user:root", .roostRole: "admin", .xTraceID: "trace-1",
            ]
        )
        let answer = try await test.client.execute(uri: "/objects/MIRROR/a", headers: headers)
        let seen = try Self.description(answer).headers
        #expect(seen["authorization"] == nil)
        #expect(seen["connection"] == nil)
        #expect(seen["te"] == nil)
        #expect(seen["cookie"] == "a=b")
        #expect(seen["x-tenant-id"] == "alpha")
        #expect(seen["x-roost-principal"] == "key:web")
        #expect(seen["x-roost-role"] == "user")
        #expect(seen["x-trace-id"] == "trace-1")
    }

    @Test func `what the gateway answers for is the gateway's`() async throws {
        let test = try Self.service()
        let answer = try await test.client.execute(
            uri: "/objects/MIRROR/a/headers",
            headers: test.headers(tenant: "alpha", [.xTraceID: "trace-1", .origin: "https://a.example"])
        )
        #expect(answer.headers[.xTraceID] == "trace-1")
        #expect(answer.headers[.xRateLimitLimit] != "9")
        #expect(answer.headers[.rateLimit] != "mine")
        #expect(answer.headers[.accessControlAllowOrigin] == "https://a.example")
        #expect(answer.headers[.contentLength] == "14")
        #expect(answer.headers[.transferEncoding] == nil)
        #expect(answer.headers[.connection] == nil)
        #expect(answer.headers[values: .setCookie] == ["a=b"])
        #expect(!answer.headers.contains { $0.name.canonicalName == "x-hop" })
    }

    // MARK: Bodies

    @Test func `bodies stream both ways`() async throws {
        let test = try Self.service()
        let text = String(repeating: "0123456789", count: 20_000)
        let answer = try await test.client.execute(
            uri: "/objects/MIRROR/a/mirror",
            method: .post,
            headers: test.headers(tenant: "alpha"),
            body: text
        )
        #expect(answer.text == text)
        let stream = try await test.client.execute(
            uri: "/objects/MIRROR/a/stream",
            headers: test.headers(tenant: "alpha")
        )
        #expect(stream.text == "one two three")
        let small = try await test.client.execute(
            uri: "/objects/MIRROR/a/mirror",
            method: .put,
            headers: test.headers(tenant: "alpha"),
            body: "short"
        )
        #expect(small.text == "short")
    }

    @Test func `a body over the limit is refused, declared or not`() async throws {
        let test = try Self.service()
        let large = String(repeating: "x", count: (1 << 20) + 1)
        let declared = try await test.client.execute(
            uri: "/objects/MIRROR/a/size",
            method: .post,
            headers: test.headers(tenant: "alpha"),
            body: large
        )
        #expect(declared.status == .contentTooLarge)
        let chunks = AsyncStream<ByteBuffer> { stream in
            for _ in 0..<20 { stream.yield(ByteBuffer(repeating: 7, count: 64 * 1024)) }
            stream.finish()
        }
        let chunked = try await test.client.execute(
            uri: "/objects/MIRROR/a/size",
            method: .post,
            headers: test.headers(tenant: "alpha", [.transferEncoding: "chunked"]),
            stream: RequestBody(asyncSequence: chunks)
        )
        #expect(chunked.status == .contentTooLarge)
        let own = try await test.client.execute(
            uri: "/objects/MIRROR/a/small",
            method: .post,
            headers: test.headers(tenant: "alpha"),
            body: "more than ten bytes"
        )
        #expect(own.status == .contentTooLarge)
    }

    @Test func `a body that the object does not read does no harm`() async throws {
        let test = try Self.service()
        let answer = try await test.client.execute(
            uri: "/objects/MIRROR/a/count",
            method: .post,
            headers: test.headers(tenant: "alpha"),
            body: String(repeating: "x", count: 200_000)
        )
        #expect(answer.text == "1")
    }

    // MARK: Failures

    @Test func `an object's error is told without its text`() async throws {
        let test = try Self.service()
        let answer = try await test.client.execute(
            uri: "/objects/MIRROR/a/throw",
            headers: test.headers(tenant: "alpha")
        )
        #expect(answer.status == .internalServerError)
        #expect(!answer.text.contains("swordfish"))
        #expect(answer.text.contains("internal_error"))
        let odd = try await test.client.execute(uri: "/objects/MIRROR/a/odd", headers: test.headers(tenant: "alpha"))
        #expect(odd.status == .badGateway)
        let refusal = try await test.client.execute(
            uri: "/objects/MIRROR/a/refuse",
            headers: test.headers(tenant: "alpha")
        )
        #expect(refusal.status == .forbidden)
        #expect(refusal.text == "no")
    }

    @Test func `an answer that breaks off does not look complete`() async throws {
        let test = try Self.service()
        await #expect(throws: (any Error).self) {
            try await test.client.execute(uri: "/objects/MIRROR/a/broken", headers: test.headers(tenant: "alpha"))
        }
    }

    @Test func `an answer without a body has none`() async throws {
        let test = try Self.service()
        let answer = try await test.client.execute(
            uri: "/objects/MIRROR/a/nothing",
            headers: test.headers(tenant: "alpha")
        )
        #expect(answer.status == .noContent)
        #expect(answer.body.readableBytes == 0)
    }

    @Test func `the rate limit counts, and its count is safe before the object is asked`() async throws {
        let tenants = try await TestTenants.limited(#"{"tokenBucket": {"capacity": 1, "refillPerSecond": 0.001}}"#)
        let test = try Self.service(tenants: tenants)
        let headers = test.headers(tenant: "alpha")
        #expect(try await test.client.execute(uri: "/objects/MIRROR/a/count", headers: headers).text == "1")
        let refused = try await test.client.execute(uri: "/objects/MIRROR/a/count", headers: headers)
        #expect(refused.status == .tooManyRequests)
    }
}
