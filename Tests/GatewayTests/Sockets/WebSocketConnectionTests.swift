import NIOCore
import RoostRuntime
import RoostTesting
import ServiceLifecycle
import Testing

@testable import RoostGateway

/// The service's WebSockets over a real socket, with a client that shares no code with it.
///
/// The groups are those of the Autobahn test suite.
@Suite(.timeLimit(.minutes(10)))
struct WebSocketConnectionTests {
    private typealias Frame = RawWebSocket.Frame

    /// A server with `/echo`, and one client that has shaken hands.
    private static func echo(
        configuration: EdgeConfiguration = EdgeConfiguration(),
        _ body: (RawWebSocket, SocketLog, RunningServer) async throws -> Void
    ) async throws {
        let log = SocketLog()
        try await RunningServer.with(configuration: configuration, routes: log.route) { server in
            try await RawWebSocket.open(server.port) { socket in try await body(socket, log, server) }
            while server.service.connections.count > 0 { await server.service.connections.emptied() }
        }
    }

    private static func close(_ socket: RawWebSocket) async throws {
        try await socket.send(RawWebSocket.close(1000))
        #expect(try await socket.receive()?.closeCode == 1000)
        #expect(try await socket.isAtEnd())
    }

    // MARK: 1, 9: framing and sizes

    @Test func `text and bytes of every length form come back as they were`() async throws {
        try await Self.echo { socket, _, _ in
            for count in [0, 1, 125, 126, 127, 128, 65_535, 65_536, 1 << 20] {
                let text = Frame(opcode: 1, payload: [UInt8](repeating: UInt8(ascii: "x"), count: count))
                try await socket.send(text)
                #expect(try await socket.receive() == text)
                let bytes = Frame(opcode: 2, payload: (0..<count).map { UInt8(truncatingIfNeeded: $0) })
                try await socket.send(bytes)
                #expect(try await socket.receive() == bytes)
            }
            try await Self.close(socket)
        }
    }

    @Test func `a frame may come byte by byte`() async throws {
        try await Self.echo { socket, _, _ in
            for byte in RawWebSocket.encode(.text("Grüße")) { try await socket.send(raw: [byte]) }
            #expect(try await socket.receive() == .text("Grüße"))
            try await Self.close(socket)
        }
    }

    @Test func `what comes in one piece with the handshake is not lost`() async throws {
        let log = SocketLog()
        try await RunningServer.with(routes: log.route) { server in
            try await RawWebSocket.connect(server.port) { socket in
                let frames = RawWebSocket.encode(.text("early")) + RawWebSocket.encode(.text("bird"))
                try await socket.send(raw: Array(RawWebSocket.request().utf8) + frames)
                #expect(try await socket.head().hasPrefix("HTTP/1.1 101 "))
                #expect(try await socket.receive() == .text("early"))
                #expect(try await socket.receive() == .text("bird"))
                try await Self.close(socket)
            }
        }
    }

    @Test func `a connection may have served requests before`() async throws {
        let log = SocketLog()
        try await RunningServer.with(routes: log.route) { server in
            try await RawWebSocket.connect(server.port) { socket in
                try await socket.send("GET /nowhere HTTP/1.1\r\nhost: localhost\r\nx-tenant-id: alpha\r\n\r\n")
                let head = try await socket.head()
                let length = try #require(head.split(separator: "\r\n").first { $0.hasPrefix("content-length") })
                let count = try #require(Int(length.drop { !$0.isNumber }))
                try await socket.skip(count)
                try await socket.send(RawWebSocket.request())
                #expect(try await socket.head().hasPrefix("HTTP/1.1 101 "))
                try await socket.send(.text("a"))
                #expect(try await socket.receive() == .text("a"))
                try await Self.close(socket)
            }
        }
    }

    // MARK: 2: ping and pong

    @Test func `pings are answered with their payload, pongs are not`() async throws {
        try await Self.echo { socket, _, _ in
            for count in [0, 5, 125] {
                let payload = [UInt8](repeating: 0xFE, count: count)
                try await socket.send(Frame(opcode: 10, payload: payload))
                try await socket.send(Frame(opcode: 9, payload: payload))
                #expect(try await socket.receive() == Frame(opcode: 10, payload: payload))
            }
            for number in 0..<10 as Range<UInt8> { try await socket.send(Frame(opcode: 9, payload: [number])) }
            for number in 0..<10 as Range<UInt8> {
                #expect(try await socket.receive() == Frame(opcode: 10, payload: [number]))
            }
            try await Self.close(socket)
        }
    }

    // MARK: 5: fragmentation

    @Test func `fragments come back as one message, with the ping between answered first`() async throws {
        try await Self.echo { socket, _, _ in
            try await socket.send(Frame(isFinal: false, opcode: 1, payload: Array("frag".utf8)))
            try await socket.send(Frame(opcode: 9, payload: [1]))
            try await socket.send(Frame(isFinal: false, opcode: 0, payload: []))
            try await socket.send(Frame(opcode: 0, payload: Array("ments".utf8)))
            #expect(try await socket.receive() == Frame(opcode: 10, payload: [1]))
            #expect(try await socket.receive() == .text("fragments"))
            try await Self.close(socket)
        }
    }

    // MARK: 3, 4, 5, 6, 7: what ends a connection

    /// Bytes that end a connection, and the code it ends with.
    struct Violation: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var code: UInt16
        var bytes: [UInt8]

        init(_ name: String, _ code: UInt16, _ bytes: [UInt8]...) {
            testDescription = name
            self.code = code
            self.bytes = bytes.flatMap(\.self)
        }
    }

    private static func encode(_ opcode: UInt8, _ payload: [UInt8] = [], final: Bool = true) -> [UInt8] {
        RawWebSocket.encode(Frame(isFinal: final, opcode: opcode, payload: payload))
    }

    static let violations: [Violation] = [
        Violation("reserved bit 3", 1002, RawWebSocket.encode(.text("x"), reserved: 1)),
        Violation("reserved bit 2", 1002, RawWebSocket.encode(.text("x"), reserved: 2)),
        Violation("reserved bit 1 (compression)", 1002, RawWebSocket.encode(.text("x"), reserved: 4)),
        Violation("reserved bit in a ping", 1002, RawWebSocket.encode(Frame(opcode: 9), reserved: 4)),
        Violation("unmasked", 1002, RawWebSocket.encode(.text("x"), isMasked: false)),
        Violation("opcode 3", 1002, encode(3)),
        Violation("opcode 7", 1002, encode(7, [1, 2])),
        Violation("opcode 11", 1002, encode(11)),
        Violation("opcode 15", 1002, encode(15)),
        Violation("long ping", 1002, encode(9, [UInt8](repeating: 0, count: 126))),
        Violation("fragmented ping", 1002, encode(9, final: false)),
        Violation("continuation of nothing", 1002, encode(0)),
        Violation("message in a message", 1002, encode(1, [97], final: false), encode(1, [98])),
        Violation("text that is not UTF-8", 1007, encode(1, [0xCE, 0xBA, 0xED, 0xA0, 0x80])),
        Violation("cut character", 1007, encode(1, [0xF0, 0x9F], final: false), encode(0)),
        Violation("bad fragment, early", 1007, encode(1, [97], final: false), encode(0, [0xFF], final: false)),
        Violation("too large by its header", 1009, [0x82, 0xFF, 0, 0, 0, 0, 0, 0x10, 0, 1, 0, 0, 0, 0]),
        Violation("absurdly large", 1009, [0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]),
        Violation("length with its first bit", 1009, [0x82, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        Violation("close frame of one byte", 1002, encode(8, [3])),
        Violation("close code 1005", 1002, encode(8, [3, 0xED])),
        Violation("close code 999", 1002, encode(8, [3, 0xE7])),
        Violation("close reason not UTF-8", 1007, encode(8, [3, 0xE8, 0xFF])),
        Violation("long close frame", 1002, encode(8, [3, 0xE8] + [UInt8](repeating: 97, count: 124))),
    ]

    @Test(arguments: violations)
    func `a violation ends the connection with its code, and the receiver hears of it`(_ case: Violation) async throws {
        try await Self.echo { socket, log, _ in
            try await socket.send(.text("before"))
            #expect(try await socket.receive() == .text("before"))
            try await socket.send(raw: `case`.bytes)
            #expect(try await socket.receive()?.closeCode == `case`.code)
            #expect(try await socket.isAtEnd())
            #expect(await log.next("failed", "closed", "vanished") == "failed \(`case`.code)")
        }
    }

    @Test func `too large a message in fragments ends the connection`() async throws {
        var configuration = EdgeConfiguration()
        configuration.sockets.messageBytes = 1_000
        try await Self.echo(configuration: configuration) { socket, _, _ in
            try await socket.send(Frame(isFinal: false, opcode: 2, payload: [UInt8](repeating: 1, count: 999)))
            try await socket.send(Frame(opcode: 0, payload: [1, 2]))
            #expect(try await socket.receive()?.closeCode == 1009)
            #expect(try await socket.isAtEnd())
        }
    }

    @Test func `a client that goes on sending still gets the close frame`() async throws {
        try await Self.echo { socket, _, _ in
            let garbage = [UInt8](repeating: 0xFF, count: 1 << 20)
            try await socket.send(raw: RawWebSocket.encode(Frame(opcode: 3)) + garbage)
            #expect(try await socket.receive()?.closeCode == 1002)
            #expect(try await socket.isAtEnd())
        }
    }

    // MARK: 7: the close handshake

    @Test(arguments: [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 4999, nil] as [UInt16?])
    func `a close frame is answered with its code`(code: UInt16?) async throws {
        try await Self.echo { socket, log, _ in
            try await socket.send(RawWebSocket.close(code, code == nil ? "" : "thanks"))
            // What comes behind a close frame is not looked at.
            try await socket.send(.text("late"))
            let answer = try #require(try await socket.receive())
            #expect(answer.opcode == 8)
            #expect(answer.closeCode == code)
            #expect(try await socket.isAtEnd())
            let told = await log.next("closed", "late", "failed", "vanished")
            #expect(told == (code.map { "closed \($0) thanks" } ?? "closed - "))
        }
    }

    @Test func `when the receiver closes, the client's answer ends it`() async throws {
        try await Self.echo { socket, log, _ in
            try await socket.send(.text("close 4002"))
            let frame = try #require(try await socket.receive())
            #expect(frame.closeCode == 4002)
            #expect(String(decoding: frame.payload.dropFirst(2), as: UTF8.self) == "as you wish")
            // Until its own close frame the client may send.
            try await socket.send(.text("last words"))
            try await socket.send(RawWebSocket.close(4002))
            #expect(try await socket.isAtEnd())
            #expect(await log.next("last") == "last words")
            #expect(await log.next("closed", "vanished") == "closed 4002 ")
        }
    }

    @Test func `a client that does not answer a close frame is left after a while`() async throws {
        try await Self.echo { socket, log, server in
            try await socket.send(.text("close 1000"))
            #expect(try await socket.receive()?.closeCode == 1000)
            #expect(try await server.whileTimePasses { try await socket.isAtEnd() })
            #expect(await log.next("closed", "vanished", "failed") == "vanished")
        }
    }

    @Test func `a dropped connection ends without a word`() async throws {
        try await Self.echo { socket, log, _ in
            try await socket.send(.text("drop"))
            #expect(try await socket.isAtEnd())
            #expect(await log.next("closed", "vanished", "failed") == "vanished")
        }
    }

    @Test func `a client that leaves without a close frame has vanished`() async throws {
        try await Self.echo { socket, log, _ in
            try await socket.send(.text("hello"))
            #expect(try await socket.receive() == .text("hello"))
            socket.finish()
            #expect(try await socket.isAtEnd())
            #expect(await log.next("closed", "vanished", "failed") == "vanished")
        }
    }

    // MARK: Signs of life

    @Test func `a silent client is pinged, and left when it does not answer`() async throws {
        var configuration = EdgeConfiguration()
        // Long, so that the time that passes here never does it by accident.
        configuration.sockets.pongWithin = .seconds(3_600)
        try await Self.echo(configuration: configuration) { socket, log, server in
            #expect(try await server.whileTimePasses { try await socket.receive() } == Frame(opcode: 9))
            try await socket.send(Frame(opcode: 10))
            #expect(try await server.whileTimePasses { try await socket.receive() } == Frame(opcode: 9))
            #expect(try await server.whileTimePasses { try await socket.isAtEnd() })
            #expect(await log.next("closed", "vanished", "failed") == "vanished")
        }
    }

    // MARK: Shutdown

    @Test func `shutdown closes sockets with 1001 and waits for their answers`() async throws {
        let log = SocketLog()
        try await RunningServer.with(routes: log.route) { server in
            try await RawWebSocket.open(server.port) { socket in
                try await socket.send(.text("hello"))
                #expect(try await socket.receive() == .text("hello"))
                await server.group.triggerGracefulShutdown()
                #expect(try await socket.receive()?.closeCode == 1001)
                #expect(server.service.connections.count == 1)
                try await socket.send(RawWebSocket.close(1001))
                #expect(try await socket.isAtEnd())
                #expect(await log.next("closed", "vanished", "failed") == "closed 1001 ")
            }
        }
    }
}
