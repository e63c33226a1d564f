import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import Testing

/// A provider inside the test process that answers on the wire exactly as it is told.
final class StandInProvider: Sendable {
    /// What the provider sends for one request, byte for byte.
    struct Reply: Sendable {
        /// What is written, one flush each.
        var writes: [[UInt8]] = []
        /// Whether the connection is closed afterwards; otherwise it stays open.
        var closes = false
    }

    struct Received: Sendable {
        var head: HTTPRequestHead
        var body: String
    }

    private struct State {
        var replies: [Reply]
        var received: [Received] = []
    }

    /// Requests received.
    let requests = Tally()
    /// Connections that ended.
    let closures = Tally()

    private let state: Mutex<State>
    private let listener = Mutex<(any Channel)?>(nil)

    init(_ replies: [Reply]) {
        state = Mutex(State(replies: replies))
    }

    var received: [Received] { state.withLock(\.received) }

    /// Starts listening.
    ///
    /// - Returns: The port.
    func start() async throws -> Int {
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        ByteToMessageHandler(HTTPRequestDecoder()),
                        StandInConnection(provider: self)
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        listener.withLock { $0 = channel }
        return try #require(channel.localAddress?.port)
    }

    func stop() async throws {
        let channel = listener.withLock { listener in
            defer { listener = nil }
            return listener
        }
        try await channel?.close()
    }

    fileprivate func reply(to request: Received) -> Reply {
        let reply = state.withLock { state in
            state.received.append(request)
            return state.replies.isEmpty ? Reply(closes: true) : state.replies.removeFirst()
        }
        requests.increment()
        return reply
    }
}

private final class StandInConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    private let provider: StandInProvider
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()

    init(provider: StandInProvider) {
        self.provider = provider
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body.clear()
        case .body(var part):
            body.writeBuffer(&part)
        case .end:
            guard let head else { return }
            let reply = provider.reply(to: .init(head: head, body: String(buffer: body)))
            for bytes in reply.writes {
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
            }
            if reply.closes { context.close(promise: nil) }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        provider.closures.increment()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
