import HTTPTypes
import HummingbirdCore
import NIOCore
import RoostGatewayTesting
import Testing

@testable import RoostGateway

/// Feeds secrets through every path, and searches everything that comes out.
struct SecretsTests {
    private static let secret = "s3cr3t-Zx9"

    private static let headers: HTTPFields = [
        .authorization: "Bearer \(secret)", .apiKey: secret, .cookie: "session=\(secret)", .xUserID: secret,
        .origin: "https://\(secret).example", .userAgent: secret, .xTraceID: "not allowed \(secret)",
        .xForwardedFor: secret, .referer: secret,
    ]

    private static let bodies = [
        #"{"message":"\#(secret)","stream":false}"#, #"{"message":"\#(secret)"}"#, #"{"message":{"a":"\#(secret)"}}"#,
        #"{"\#(secret)":1}"#, #"\#(secret)"#, #"{"message":"x","sessionId":"\#(secret)"}"#,
        #"{"message":"x","modelId":"\#(secret)","stream":false}"#, #"{"key":"\#(secret)"}"#,
        #"{"key":"k","cost":"\#(secret)"}"#,
        #"{"title":"\#(secret)","userId":"\#(secret)","metadata":{"k":"\#(secret)"}}"#,
    ]

    private static let routes: [(HTTPRequest.Method, String)] = [
        (.post, "/chat"), (.post, "/chat/sessions"), (.get, "/chat/sessions"), (.get, "/chat/sessions/\(secret)"),
        (.delete, "/chat/\(secret)"), (.get, "/chat/\(secret)/history"), (.post, "/rate-limit/check"),
        (.get, "/rate-limit/usage"), (.post, "/rate-limit/reset"), (.get, "/health"), (.get, "/healthz"),
        (.get, "/readyz"),
        (.get, "/\(secret)"), (.patch, "/chat"), (HTTPRequest.Method("X\(secret)") ?? .put, "/chat"),
        (.options, "/chat"),
    ]

    @Test(arguments: [EdgeLogHandler.Format.json, .readable])
    func `no secret and no word of a person is ever logged`(format: EdgeLogHandler.Format) async throws {
        let failure = ModelError(.rejected, "The provider refused.", underlyingError: EdgeError.notFound(Self.secret))
        let models: [any ChatModel] = [
            OfflineModel(), ScriptedModel(usual: [.text(Self.secret), .fail(failure)]),
            ScriptedModel(usual: [.fail(failure)]),
        ]
        for tenants in [TenantDirectory.builtIn, try await TestTenants.guarded()] {
            for model in models {
                let test = try GatewayTest(tenants: tenants, model: model, format: format)
                try await exercise(test)
                #expect(!test.log.isEmpty)
                #expect(test.log.filter { $0.contains(Self.secret) } == [])
            }
        }
    }

    private func exercise(_ test: GatewayTest) async throws {
        var address = 0
        for (method, uri) in Self.routes {
            for body in Self.bodies {
                for tenant in ["alpha", Self.secret] {
                    address += 1
                    var headers = Self.headers
                    headers[.contentType] = "application/json"
                    headers[.tenantId] = tenant
                    headers[.contentLength] = String(body.utf8.count)
                    // Every request from an address of its own, so that the limiter does not stand in the way.
                    _ = try await test.client.execute(
                        uri: uri + "?userId=\(Self.secret)&key=\(Self.secret)&cursor=\(Self.secret)",
                        method: method,
                        headers: headers,
                        stream: RequestBody(buffer: ByteBuffer(string: body)),
                        address: "192.0.\(address / 250).\(address % 250)"
                    )
                }
            }
        }
    }
}
