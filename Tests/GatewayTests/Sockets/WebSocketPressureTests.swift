import NIOCore
import NIOPosix
import RoostRuntime
import Synchronization
import Testing

@testable import RoostGateway

/// Clients that send without end, do not read, vanish or come in crowds; and that others are served meanwhile.
@Suite(.timeLimit(.minutes(10)))
struct WebSocketPressureTests {
    private typealias Frame = RawWebSocket.Frame

    private static func check(_ server: RunningServer) async throws {
        try await RawWebSocket.open(server.port) { socket in
            try await socket.send(.text("well?"))
            #expect(try await socket.receive() == .text("well?"))
            try await socket.send(RawWebSocket.close(1000))
            #expect(try await socket.receive()?.closeCode == 1000)
        }
    }

    @Test func `while the receiver is busy no more is read than the bounds allow, and nothing is lost`() async throws {
        let log = SocketLog()
        var configuration = EdgeConfiguration()
        configuration.sockets.waitingMessages = 8
        try await RunningServer.with(configuration: configuration, routes: log.route) { server in
            try await RawWebSocket.open(server.port) { socket in
                try await socket.send(.text("wait"))
                // More than all buffers between the two hold: this ends only when the server reads on.
                let payload = [UInt8](repeating: 5, count: 64 * 1024)
                let frame = ByteBuffer(bytes: RawWebSocket.encode(Frame(opcode: 2, payload: payload)))
                let channel = socket.channel
                let sent = Mutex(0)
                let writing = Task {
                    for number in 1...400 {
                        try await channel.writeAndFlush(frame)
                        sent.withLock { $0 = number }
                    }
                }
                try await Self.check(server)
                #expect(sent.withLock { $0 } < 400)
                log.gate.set()
                for _ in 0..<400 { #expect(try await socket.receive()?.payload.count == payload.count) }
                try await writing.value
                #expect(sent.withLock { $0 } == 400)
            }
        }
    }

    @Test func `reading is held while as much waits as may, and goes on when there is room`() async throws {
        let log = SocketLog()
        var settings = WebSocketSettings()
        settings.waitingMessages = 3
        settings.waitingBytes = 100
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let connection = try await loop.submit { [settings] in
            WebSocketChannelHandler(settings: settings, clock: SystemClock.shared).makeConnection(on: loop)
        }.get()
        connection.attach(EchoReceiver(transport: connection, log: log))
        connection.received(.text("wait"))
        #expect(!connection.holdsReading())
        connection.received(.text("a"))
        #expect(!connection.holdsReading())
        connection.received(.text("b"))
        #expect(connection.holdsReading())
        log.gate.set()
        #expect(await log.next("b") != nil)
        while connection.holdsReading() { await loop.flush() }
        // One message may be as large as it likes; the next waits.
        connection.received(.binary([UInt8](repeating: 1, count: 1_000)))
        connection.received(.text("c"))
        #expect(await log.next("c") != nil)
    }

    @Test func `a client that does not read is given up, with nothing kept for it`() async throws {
        let log = SocketLog()
        try await RunningServer.with(routes: log.route) { server in
            try await RawWebSocket.open(server.port) { socket in
                try await socket.send(.text("flood"))
                #expect(await log.next("flooded") != nil)
                #expect(await log.next("vanished", "closed", "failed") == "vanished")
                try await Self.check(server)
            }
            await server.service.connections.emptied()
        }
    }

    @Test func `of a flood of pings that nobody reads the answers to only the last is remembered`() async throws {
        let log = SocketLog()
        try await RunningServer.with(routes: log.route) { server in
            try await RawWebSocket.open(server.port) { socket in
                let ping = RawWebSocket.encode(Frame(opcode: 9, payload: [UInt8](repeating: 1, count: 125)))
                let many = ByteBuffer(bytes: (0..<8_000).flatMap { _ in ping })
                // Sixteen megabytes of pings, all of them taken.
                for _ in 0..<16 { try await socket.channel.writeAndFlush(many) }
                try await Self.check(server)
                try await socket.send(Frame(opcode: 9, payload: [42]))
                // The network holds some megabytes of answers; what it has not taken was not kept.
                var answers = 0
                while let frame = try await socket.receive(), frame.payload != [42] {
                    #expect(frame.opcode == 10)
                    answers += 1
                }
                #expect(answers < 16 * 8_000)
                // The last was answered, and the connection goes on.
                try await socket.send(.text("still there"))
                #expect(try await socket.receive() == .text("still there"))
            }
        }
    }

    @Test func `a crowd that comes at once is served`() async throws {
        let log = SocketLog()
        try await RunningServer.with(routes: log.route) { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        try await RawWebSocket.open(server.port, headers: ["x-forwarded-for: 10.0.0.\(number)"]) {
                            try await $0.send(.text("\(number)"))
                            #expect(try await $0.receive() == .text("\(number)"))
                            try await $0.send(RawWebSocket.close(1000))
                            #expect(try await $0.receive()?.closeCode == 1000)
                        }
                    }
                }
                try await group.waitForAll()
            }
            await server.service.connections.emptied()
        }
    }
}

extension EventLoop {
    /// Returns when everything that was handed to the loop before has run.
    fileprivate func flush() async { try? await submit {}.get() }
}
