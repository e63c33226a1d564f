import NIOCore
import RoostRuntime
import RoostTesting
import ServiceLifecycle
import Testing

@testable import RoostGateway

/// What only a real socket can show.
struct EdgeServerTests {
    private static let head = "host: alpha.localhost\r\ncontent-type: application/json\r\n"

    private static func chat(_ body: String) -> String {
        "POST /chat HTTP/1.1\r\n\(head)content-length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    @Test func `several requests share a connection, also after an error`() async throws {
        try await RunningServer.with { server in
            try await RawClient.connect(server.port) { client in
                try await client.send("GET /nothing HTTP/1.1\r\n\(Self.head)\r\n")
                let first = try await client.read(until: "\"traceId\"")
                #expect(first.hasPrefix("HTTP/1.1 404"))
                try await client.send(Self.chat(#"{"message":"Hi","stream":false}"#))
                let second = try await client.read(until: "\"traceId\"")
                #expect(second.hasPrefix("HTTP/1.1 200"))
            }
        }
    }

    @Test func `a stream is sent in chunks and the connection stays usable`() async throws {
        try await RunningServer.with { server in
            try await RawClient.connect(server.port) { client in
                for _ in 0..<2 {
                    try await client.send(Self.chat(#"{"message":"Hi"}"#))
                    let answer = try await client.read(until: "\r\n0\r\n\r\n")
                    #expect(answer.contains("transfer-encoding: chunked"))
                    #expect(answer.contains("event: done"))
                }
            }
        }
    }

    @Test func `an endless chunked body is refused while it arrives and then cut off`() async throws {
        try await RunningServer.with { server in
            try await RawClient.connect(server.port) { client in
                try await client.send("POST /chat HTTP/1.1\r\n\(Self.head)transfer-encoding: chunked\r\n\r\n")
                let piece = "8000\r\n" + String(repeating: " ", count: 0x8000) + "\r\n"
                var pieces = 0
                // Ends because the server closes the connection: far above what it lets pass, far below no limit at
                // all.
                do {
                    while pieces < 10_000 {
                        try await client.send(piece)
                        pieces += 1
                    }
                } catch {
                    #expect(pieces > 2)
                }
                #expect(pieces < 10_000)
            }
            try await RawClient.connect(server.port) { client in
                try await client.send("GET /healthz HTTP/1.1\r\n\(Self.head)\r\n")
                let answer = try await client.read(until: "ok")
                #expect(answer.hasPrefix("HTTP/1.1 200"))
            }
        }
    }

    @Test func `a refused chunked body is answered before it ends`() async throws {
        try await RunningServer.with { server in
            try await RawClient.connect(server.port) { client in
                try await client.send("POST /chat HTTP/1.1\r\n\(Self.head)transfer-encoding: chunked\r\n\r\n")
                for _ in 0..<3 {
                    try await client.send("8000\r\n" + String(repeating: " ", count: 0x8000) + "\r\n")
                }
                let answer = try await client.read(until: "payload_too_large")
                #expect(answer.hasPrefix("HTTP/1.1 413"))
            }
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nhost: x\r\ncontent-length: x\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "POST /chat HTTP/1.1\r\nhost: alpha.localhost\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ])
    func `nonsense is refused and the next connection works`(bytes: String) async throws {
        try await RunningServer.with { server in
            try await RawClient.connect(server.port) { client in
                try await client.send(bytes)
                let answer = try await client.read(until: "\r\n\r\n")
                #expect(answer.hasPrefix("HTTP/1.1 4") || answer.isEmpty)
            }
            try await RawClient.connect(server.port) { client in
                try await client.send("GET /healthz HTTP/1.1\r\n\(Self.head)\r\n")
                let answer = try await client.read(until: "ok")
                #expect(answer.hasPrefix("HTTP/1.1 200"))
            }
        }
    }

    @Test func `a body longer than it said is not taken for more of it`() async throws {
        try await RunningServer.with { server in
            try await RawClient.connect(server.port) { client in
                let body = #"{"message":"Hi","stream":false}"#
                try await client.send(
                    "POST /chat HTTP/1.1\r\n\(Self.head)content-length: \(body.utf8.count)\r\n\r\n\(body)and more\r\n\r\n"
                )
                let answer = try await client.read(until: "HTTP/1.1 400")
                #expect(answer.hasPrefix("HTTP/1.1 200") || answer.hasPrefix("HTTP/1.1 400"))
            }
        }
    }

    @Test func `a client who leaves in the middle of a stream stops the model`() async throws {
        let model = ScriptedModel([[.text("one"), .wait, .text("never")]])
        try await RunningServer.with(model: model) { server in
            try await RawClient.connect(server.port) { client in
                try await client.send(Self.chat(#"{"message":"Hi"}"#))
                _ = try await client.read(until: "one")
                await model.turnstile.waitForArrivals(1)
            }
            // The connection is closed now; the server notices by itself, without writing anything.
            while model.cancellations == 0 { await Task.yield() }
            while server.service.connections.count > 0 { await Task.yield() }
            #expect(model.cancellations == 1)
        }
    }

    @Test func `on shutdown a running stream ends as it would, and nothing new is taken`() async throws {
        let model = ScriptedModel([[.text("one"), .wait, .text("two")]])
        try await RunningServer.with(model: model) { server in
            try await RawClient.connect(server.port) { client in
                try await client.send(Self.chat(#"{"message":"Hi"}"#))
                _ = try await client.read(until: "one")
                await model.turnstile.waitForArrivals(1)
                await server.group.triggerGracefulShutdown()
                while !server.service.isDraining { await Task.yield() }
                model.turnstile.release()
                let rest = try await client.read(until: "\r\n0\r\n\r\n")
                #expect(rest.contains("two"))
                #expect(rest.contains("event: done"))
            }
            await #expect(throws: (any Error).self) {
                try await RawClient.connect(server.port) { client in
                    try await client.send("GET /healthz HTTP/1.1\r\n\(Self.head)\r\n")
                    let answer = try await client.read(until: "ok")
                    try #require(!answer.isEmpty)
                }
            }
        }
    }

    @Test func `a stream that outlasts the drain limit is cut off`() async throws {
        let model = ScriptedModel([[.text("one"), .wait]])
        try await RunningServer.with(model: model) { server in
            try await RawClient.connect(server.port) { client in
                try await client.send(Self.chat(#"{"message":"Hi"}"#))
                _ = try await client.read(until: "one")
                await server.group.triggerGracefulShutdown()
                // The clock stands still until the server waits for it.
                while server.service.connections.count > 0 {
                    server.clock.advance(by: .seconds(1))
                    await Task.yield()
                }
                // Cut off: the stream never comes to its end.
                let rest = (try? await client.read(until: "event: done")) ?? ""
                #expect(!rest.contains("event: done"))
            }
        }
    }
}
