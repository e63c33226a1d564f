import NIOCore
import RoostRuntime
import Testing

@testable import RoostGateway

/// What was asked in order is answered before a connection ends, also when the client then breaks the rules or falls
/// silent.
@Suite(.timeLimit(.minutes(5)))
struct WebSocketLastWordsTests {
    private typealias Frame = RawWebSocket.Frame

    private static func echo(
        _ body: (RawWebSocket, SocketLog, RunningServer) async throws -> Void
    ) async throws {
        let log = SocketLog()
        var configuration = EdgeConfiguration()
        // Time passes here for something else.
        configuration.sockets.pingAfter = .seconds(3_600)
        try await RunningServer.with(configuration: configuration, routes: log.route) { server in
            try await RawWebSocket.open(server.port) { socket in try await body(socket, log, server) }
            while server.service.connections.count > 0 { await server.service.connections.emptied() }
        }
    }

    /// Lets the server look at what has come.
    private static func settle(_ server: RunningServer) async throws {
        for _ in 0..<3 {
            try await RawClient.connect(server.port) { client in
                try await client.send("GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
                #expect(try await client.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
            }
        }
    }

    // MARK: Violations

    @Test func `what was whole before a violation is answered first`() async throws {
        try await Self.echo { socket, log, _ in
            let words = (0..<10).flatMap { RawWebSocket.encode(.text("\($0)")) }
            try await socket.send(raw: words + RawWebSocket.encode(Frame(opcode: 3)))
            for number in 0..<10 { #expect(try await socket.receive() == .text("\(number)")) }
            #expect(try await socket.receive()?.closeCode == 1002)
            #expect(try await socket.isAtEnd())
            #expect(await log.next("failed", "closed", "vanished") == "failed 1002")
        }
    }

    @Test func `a receiver that is busy does not keep a violation's close frame back for ever`() async throws {
        try await Self.echo { socket, log, server in
            let words = RawWebSocket.encode(.text("wait")) + RawWebSocket.encode(.text("late"))
            try await socket.send(raw: words + RawWebSocket.encode(Frame(opcode: 3)))
            let (frame, isAtEnd) = try await server.whileTimePasses {
                (try await socket.receive(), try await socket.isAtEnd())
            }
            #expect(frame?.closeCode == 1002)
            #expect(isAtEnd)
            log.gate.set()
            #expect(await log.next("failed", "closed", "vanished") == "failed 1002")
        }
    }

    // MARK: Half-closed connections

    @Test func `a client that has closed its sending side gets the answers to what it has sent`() async throws {
        try await Self.echo { socket, log, server in
            try await socket.send(raw: RawWebSocket.encode(.text("wait")) + RawWebSocket.encode(.text("hello")))
            socket.finish()
            try await Self.settle(server)
            log.gate.set()
            #expect(try await socket.receive() == .text("hello"))
            #expect(try await socket.isAtEnd())
            #expect(await log.next("failed", "closed", "vanished") == "vanished")
        }
    }

    @Test func `a client that has closed its sending side waits for a bounded time`() async throws {
        try await Self.echo { socket, log, server in
            try await socket.send(raw: RawWebSocket.encode(.text("wait")) + RawWebSocket.encode(.text("hello")))
            socket.finish()
            #expect(try await server.whileTimePasses { try await socket.isAtEnd() })
            log.gate.set()
            #expect(await log.next("failed", "closed", "vanished") == "vanished")
        }
    }

    @Test func `a client that closes its sending side while much is on its way gets all of it`() async throws {
        try await Self.echo { socket, log, server in
            try await socket.send(.text("much 256"))
            #expect(await log.next("much") != nil)
            socket.finish()
            try await Self.settle(server)
            for _ in 0..<256 { #expect(try await socket.receive()?.payload.count == 64 * 1024) }
            #expect(try await socket.receive()?.closeCode == 1000)
            #expect(try await socket.isAtEnd())
            #expect(await log.next("failed", "closed", "vanished") == "vanished")
        }
    }
}
