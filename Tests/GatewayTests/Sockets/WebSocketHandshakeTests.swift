import HTTPTypes
import HummingbirdCore
import RoostGatewayTesting
import RoostRuntime
import Testing

@testable import RoostGateway

/// What is refused before a connection becomes a WebSocket, and that a refusal is an ordinary answer.
@Suite(.timeLimit(.minutes(10)))
struct WebSocketHandshakeTests {
    private static func answer(
        _ request: String,
        configuration: EdgeConfiguration = EdgeConfiguration(),
        tenants: TenantDirectory = .builtIn
    ) async throws -> String {
        var answer = ""
        let log = SocketLog()
        try await RunningServer.with(configuration: configuration, tenants: tenants, routes: log.route) { server in
            try await RawWebSocket.connect(server.port) { socket in
                try await socket.send(request)
                answer = try await socket.everything()
            }
        }
        return answer
    }

    @Test func `another version is told which one there is`() async throws {
        let request = RawWebSocket.request("/echo", ["sec-websocket-version: 8"], without: ["sec-websocket-version"])
        let answer = try await Self.answer(request)
        #expect(answer.hasPrefix("HTTP/1.1 426 "))
        #expect(answer.contains("sec-websocket-version: 13\r\n"))
        #expect(answer.contains("\"code\":\"upgrade_required\""))
        #expect(answer.contains("x-trace-id: "))
    }

    @Test func `a request without upgrade is told to ask for one`() async throws {
        let request = RawWebSocket.request("/echo", ["connection: close"], without: ["upgrade", "connection"])
        let answer = try await Self.answer(request)
        #expect(answer.hasPrefix("HTTP/1.1 426 "))
        #expect(answer.contains("upgrade: websocket\r\n"))
    }

    @Test(
        arguments: [
            "sec-websocket-key: AAAA", "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ", "sec-websocket-key: ",
            "sec-websocket-key: !!!!!!!!!!!!!!!!!!!!!!==", "sec-websocket-key: dGhlIHNhbXBsZSBub25jZSBsb25nZXI=",
        ]
    )
    func `a key that is not 16 bytes in base64 is refused`(header: String) async throws {
        let answer = try await Self.answer(RawWebSocket.request("/echo", [header], without: ["sec-websocket-key"]))
        #expect(answer.hasPrefix("HTTP/1.1 400 "))
        #expect(answer.contains("\"field\":\"sec-websocket-key\""))
    }

    @Test func `an upgrade that the connection header does not name is refused`() async throws {
        let request = RawWebSocket.request("/echo", ["connection: close"], without: ["connection"])
        #expect(try await Self.answer(request).contains("\"field\":\"connection\""))
    }

    @Test func `another method than GET is refused`() async throws {
        let request = "POST" + RawWebSocket.request().dropFirst(3)
        let answer = try await Self.answer(request)
        #expect(answer.hasPrefix("HTTP/1.1 405 "))
        #expect(answer.contains("allow: GET\r\n"))
    }

    @Test func `from HTTP/1.0 nothing is upgraded`() async throws {
        let request = RawWebSocket.request().replacing("HTTP/1.1", with: "HTTP/1.0")
        #expect(try await Self.answer(request).hasPrefix("HTTP/1.1 426 "))
    }

    @Test func `a handshake without a tenant is refused in the usual form`() async throws {
        let answer = try await Self.answer(RawWebSocket.request("/echo", without: ["x-tenant-id"]))
        #expect(answer.hasPrefix("HTTP/1.1 400 "))
        #expect(answer.contains("\"code\":\"tenant_required\""))
        #expect(answer.contains("connection: close\r\n"))
    }

    @Test func `a page of another origin is refused, one of the list and the server's own are not`() async throws {
        let tenants = try await TestTenants.make(
            #"{"tenantId": "alpha", "cors": {"allowedOrigins": ["https://app.example"]}}"#
        )
        let other = RawWebSocket.request("/echo", ["origin: https://evil.example"])
        #expect(try await Self.answer(other, tenants: tenants).hasPrefix("HTTP/1.1 403 "))
        for origin in ["https://app.example", "http://localhost"] {
            let log = SocketLog()
            try await RunningServer.with(tenants: tenants, routes: log.route) { server in
                try await RawWebSocket.open(server.port, headers: ["origin: \(origin)"]) { socket in
                    try await socket.send(RawWebSocket.close(1000))
                    #expect(try await socket.receive()?.closeCode == 1000)
                }
            }
        }
    }

    @Test func `a tenant without a list takes pages of any origin in development, and in production of none`()
        async throws
    {
        let tenants = try await TestTenants.make(#"{"tenantId": "alpha"}"#)
        let log = SocketLog()
        try await RunningServer.with(tenants: tenants, routes: log.route) { server in
            try await RawWebSocket.open(server.port, headers: ["origin: https://evil.example"]) { socket in
                try await socket.send(RawWebSocket.close(1000))
                #expect(try await socket.receive()?.closeCode == 1000)
            }
        }
        let alpha = try #require(tenants.tenant(id: "alpha"))
        let strict = OriginPolicy(directory: tenants, profile: .production).policy(tenant: alpha, host: "localhost")
        #expect(!strict.allows("https://evil.example"))
    }

    @Test func `the rate limit counts handshakes`() async throws {
        let log = SocketLog()
        try await RunningServer.with(routes: log.route) { server in
            try await RawWebSocket.connect(server.port) { socket in
                try await socket.send(RawWebSocket.request("/limited"))
                let head = try await socket.head()
                #expect(head.hasPrefix("HTTP/1.1 101 "))
                #expect(head.contains("x-ratelimit-remaining: "))
                #expect(head.contains("x-trace-id: "))
                #expect(!head.contains("content-length"))
                try await socket.send(RawWebSocket.close(1000))
                #expect(try await socket.receive()?.closeCode == 1000)
            }
        }
    }

    @Test func `extensions are not agreed on`() async throws {
        let log = SocketLog()
        try await RunningServer.with(routes: log.route) { server in
            try await RawWebSocket.connect(server.port) { socket in
                let header = "sec-websocket-extensions: permessage-deflate; client_max_window_bits"
                try await socket.send(RawWebSocket.request("/echo", [header, "sec-websocket-protocol: b, a"]))
                let head = try await socket.head()
                #expect(!head.contains("sec-websocket-extensions"))
                #expect(head.contains("sec-websocket-protocol: b\r\n"))
                try await socket.send(RawWebSocket.close(1000))
                #expect(try await socket.receive()?.closeCode == 1000)
            }
        }
    }

    @Test func `a request for another protocol is answered, and the connection then closed`() async throws {
        let request = "GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n"
        let answer = try await Self.answer(request)
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
        #expect(answer.contains("connection: close\r\n"))
    }

    @Test func `a handshake may come right behind another request`() async throws {
        let log = SocketLog()
        try await RunningServer.with(routes: log.route) { server in
            try await RawWebSocket.connect(server.port) { socket in
                try await socket.send("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n" + RawWebSocket.request())
                let first = try await socket.head()
                #expect(first.hasPrefix("HTTP/1.1 200 "))
                #expect(!first.contains("connection: close"))
                let field = "content-length: "
                let line = try #require(first.split(separator: "\r\n").first { $0.hasPrefix(field) })
                try await socket.skip(try #require(Int(line.dropFirst(field.count))))
                #expect(try await socket.head().hasPrefix("HTTP/1.1 101 "))
                try await socket.send(RawWebSocket.close(1000))
                #expect(try await socket.receive()?.closeCode == 1000)
            }
        }
    }

    @Test func `a request for a tunnel is refused, and the connection then closed`() async throws {
        let answer = try await Self.answer("CONNECT a:443 HTTP/1.1\r\nhost: a:443\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 4"))
        #expect(answer.contains("connection: close\r\n"))
    }

    @Test func `a subprotocol that was not offered is not chosen`() throws {
        let request = HTTPRequest(
            method: .get,
            scheme: nil,
            authority: nil,
            path: "/",
            headerFields: [
                .upgrade: "websocket", .connection: "Upgrade", .secWebSocketVersion: "13",
                .secWebSocketKey: RawWebSocket.key, .secWebSocketProtocol: "chat, superchat",
            ]
        )
        let handshake = try WebSocketHandshake(request)
        #expect(handshake.accept == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        #expect(handshake.offered == ["chat", "superchat"])
        let answer = try handshake.response(subprotocol: "superchat")
        #expect(answer.headers[.secWebSocketProtocol] == "superchat")
        #expect(throws: EdgeError.self) { try handshake.response(subprotocol: "other") }
    }
}
