import FoundationEssentials
import RoostRuntime
import RoostTesting
import Testing

@testable import RoostGateway

/// `GET /chat/{id}/ws`: the conversation of a session over WebSockets.
@Suite(.timeLimit(.minutes(10)))
struct ChatSocketTests {
    private static let path = "/chat/6f1c2b1e-3b1d-4a53-9a52-0c6b8c1f7a11/ws"

    private struct Said: Decodable {
        var sessionId: String?
        var role: String?
        var content: String?
        var done: Bool?
        var messageId: String?
        var code: String?
        var traceId: String?
    }

    private static func next(_ socket: RawWebSocket) async throws -> Said {
        let frame = try #require(try await socket.receive())
        #expect(frame.opcode == 1)
        return try JSONDecoder().decode(Said.self, from: Data(frame.payload))
    }

    /// Everything up to the end of an exchange: the question, the answer's pieces put together, the end.
    private static func exchange(_ socket: RawWebSocket) async throws -> (question: String, answer: String) {
        let question = try await next(socket)
        #expect(question.role == "user")
        #expect(question.messageId != nil)
        var answer = ""
        while true {
            let said = try await next(socket)
            if said.done == true {
                #expect(said.messageId != nil)
                return (question.content ?? "", answer)
            }
            #expect(said.role == "assistant")
            answer += said.content ?? ""
        }
    }

    private static func close(_ socket: RawWebSocket) async throws {
        try await socket.send(RawWebSocket.close(1000))
        while let frame = try await socket.receive(), frame.opcode != 8 {}
    }

    @Test func `a question is answered to every socket of the session, and kept`() async throws {
        try await RunningServer.with { server in
            try await RawWebSocket.open(server.port, path: Self.path) { first in
                try await RawWebSocket.open(server.port, path: Self.path) { second in
                    try await first.send(.text(#"{"message": "Good morning"}"#))
                    let heard = try await Self.exchange(first)
                    let overheard = try await Self.exchange(second)
                    #expect(heard.question == "Good morning")
                    #expect(!heard.answer.isEmpty)
                    #expect(heard == overheard)
                    try await Self.close(second)
                }
                try await first.send(.text(#"{"message": "And again"}"#))
                #expect(try await Self.exchange(first).question == "And again")
                try await Self.close(first)
            }
        }
    }

    @Test func `what is asked by POST is heard on the sockets too`() async throws {
        try await RunningServer.with { server in
            try await RawWebSocket.open(server.port, path: Self.path) { socket in
                try await RawClient.connect(server.port) { client in
                    let body = #"{"sessionId": "6f1c2b1e-3b1d-4a53-9a52-0c6b8c1f7a11", "message": "Hello"}"#
                    try await client.send(
                        """
                        POST /chat HTTP/1.1\r
                        host: localhost\r
                        x-tenant-id: alpha\r
                        content-type: application/json\r
                        content-length: \(body.utf8.count)\r
                        \r
                        \(body)
                        """
                    )
                    _ = try await client.read(until: "event: done")
                }
                #expect(try await Self.exchange(socket).question == "Hello")
                try await Self.close(socket)
            }
        }
    }

    @Test func `what cannot be taken is told to the one who sent it`() async throws {
        try await RunningServer.with { server in
            try await RawWebSocket.open(server.port, path: Self.path) { socket in
                for (text, code) in [
                    ("no JSON", "invalid_json"), ("{}", "invalid_request"), (#"{"message": ""}"#, "invalid_request"),
                ] {
                    try await socket.send(.text(text))
                    let said = try await Self.next(socket)
                    #expect(said.code == code, "\(text)")
                    #expect(said.traceId != nil)
                }
                try await Self.close(socket)
            }
        }
    }

    @Test func `bytes are refused with 1003`() async throws {
        try await RunningServer.with { server in
            try await RawWebSocket.open(server.port, path: Self.path) { socket in
                try await socket.send(RawWebSocket.Frame(opcode: 2, payload: [1, 2]))
                #expect(try await socket.receive()?.closeCode == 1003)
            }
        }
    }

    @Test func `every message counts against the limit`() async throws {
        let tenants = try await TestTenants.limited(#"{"tokenBucket": {"capacity": 2, "refillPerSecond": 0.001}}"#)
        try await RunningServer.with(tenants: tenants) { server in
            // The handshake is the first of the two.
            try await RawWebSocket.open(server.port, path: Self.path) { socket in
                try await socket.send(.text(#"{"message": "one"}"#))
                #expect(try await Self.exchange(socket).question == "one")
                try await socket.send(.text(#"{"message": "two"}"#))
                #expect(try await Self.next(socket).code == "rate_limited")
                try await Self.close(socket)
            }
        }
    }

    @Test func `nonsense counts against the limit too`() async throws {
        let tenants = try await TestTenants.limited(#"{"tokenBucket": {"capacity": 2, "refillPerSecond": 0.001}}"#)
        try await RunningServer.with(tenants: tenants) { server in
            try await RawWebSocket.open(server.port, path: Self.path) { socket in
                for code in ["invalid_json", "rate_limited"] {
                    try await socket.send(.text("no JSON"))
                    #expect(try await Self.next(socket).code == code)
                }
                try await Self.close(socket)
            }
        }
    }

    @Test func `somebody else's session is not there`() async throws {
        try await RunningServer.with { server in
            try await RawWebSocket.open(server.port, path: Self.path, headers: ["x-user-id: ann"]) { socket in
                try await RawWebSocket.connect(server.port) { other in
                    try await other.send(RawWebSocket.request(Self.path, ["x-user-id: ben"]))
                    #expect(try await other.everything().hasPrefix("HTTP/1.1 404 "))
                }
                try await Self.close(socket)
            }
        }
    }

    @Test func `a session that is deleted closes its sockets`() async throws {
        try await RunningServer.with { server in
            try await RawWebSocket.open(server.port, path: Self.path) { socket in
                try await RawClient.connect(server.port) { client in
                    try await client.send(
                        "DELETE \(Self.path.dropLast(3)) HTTP/1.1\r\nhost: localhost\r\nx-tenant-id: alpha\r\n\r\n"
                    )
                    #expect(try await client.read(until: "traceId").hasPrefix("HTTP/1.1 200 "))
                }
                #expect(try await socket.receive()?.closeCode == 4404)
                try await socket.send(RawWebSocket.close(4404))
                #expect(try await socket.isAtEnd())
            }
        }
    }
}
