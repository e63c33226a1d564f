import HummingbirdCore
import NIOCore
import NIOHTTP1
import NIOWebSocket
import RoostRuntime

/// Watches one connection while it speaks HTTP: notices when the client leaves, ends it when a client goes on sending a
/// body nobody wants, and turns it into a WebSocket when a request is answered with 101.
///
/// **A body nobody wants.** The server reads the rest of a refused body to find the next request. Without a bound on
/// that, a body without end would keep the connection busy for ever.
///
/// **Upgrades.** The decision is the responder's, and may take its time. Meanwhile nothing is read: what a hasty client
/// has sent behind its request waits in the decoder, and what does not fit there in the network. When the answer is
/// 101, the HTTP handlers leave, the bytes that wait go to the frame decoder, and the task of the HTTP server ends, so
/// that nothing of it is left but one handler that believes the connection closed. Any other answer ends the
/// connection, because the decoder has stopped at a request for an upgrade. So it does at `CONNECT`, which is the same
/// but that nobody agrees to it.
///
/// **Pipelining.** Requests may come before those in front of them are answered; answers leave in the order of the
/// requests. A request for an upgrade is the last that is read, so the answer to the last open one is its own.
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private enum Upgrade {
        /// Not asked for.
        case none
        /// Asked for and not decided on; `isWhole` once the request has been read to its end.
        case undecided(isWhole: Bool)
        /// The head of a refusal is written; `isWhole` as above.
        case refused(isWhole: Bool)
        /// The head of the agreement is written.
        case agreed(WebSocketUpgrade)
    }

    private let connection: ClientConnection
    private let unwantedBytesMax: Int
    private let sockets: WebSocketSettings
    private let clock: any RuntimeClock
    /// How many requests have begun whose answer has not ended.
    private var openRequests = 0
    private var unwantedBytes = 0
    private var upgrade = Upgrade.none
    private var isQuiescing = false

    init(
        connection: ClientConnection,
        unwantedBytesMax: Int,
        sockets: WebSocketSettings,
        clock: any RuntimeClock
    ) {
        self.connection = connection
        self.unwantedBytesMax = unwantedBytesMax
        self.sockets = sockets
        self.clock = clock
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(var head):
            openRequests += 1
            unwantedBytes = 0
            // The decoder has not stopped after all, so this request is to be read to its end too.
            if case .undecided = upgrade { upgrade = .undecided(isWhole: false) }
            guard head.method == .CONNECT || head.headers.contains(name: "upgrade") else { break }
            upgrade = .undecided(isWhole: false)
            guard head.version != .http1_1 else { break }
            // From such a client the header is to be ignored.
            head.headers.remove(name: "upgrade")
            return context.fireChannelRead(wrapInboundOut(.head(head)))
        case .body(let bytes) where openRequests == 0:
            unwantedBytes += bytes.readableBytes
            if unwantedBytes > unwantedBytesMax {
                context.close(promise: nil)
                return
            }
        case .body: break
        case .end:
            switch upgrade {
            case .undecided: upgrade = .undecided(isWhole: true)
            case .refused: upgrade = .refused(isWhole: true)
            case .none, .agreed: break
            }
        }
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        switch upgrade {
        // What came behind the request would pile up in the decoder, which has stopped.
        case .undecided(isWhole: true), .refused(isWhole: true), .agreed: break
        case .none, .undecided(isWhole: false), .refused(isWhole: false): context.read()
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            decide(&head, context)
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            // The server answers what is no request at all, too.
            openRequests = max(0, openRequests - 1)
            switch upgrade {
            case .none, .undecided: context.write(data, promise: promise)
            case .refused:
                let hasLeft = promise ?? context.eventLoop.makePromise(of: Void.self)
                hasLeft.futureResult.whenComplete { [connection] _ in connection.close() }
                context.writeAndFlush(data, promise: hasLeft)
            case .agreed(let upgrade):
                context.writeAndFlush(data, promise: promise)
                become(upgrade, context)
            }
        }
    }

    private func decide(_ head: inout HTTPResponseHead, _ context: ChannelHandlerContext) {
        // The answer to a request before the one that asks changes nothing.
        guard case .undecided(let isWhole) = upgrade, openRequests <= 1 else { return }
        if head.status == .switchingProtocols, let agreed = connection.takeOffer() {
            head.headers.remove(name: "content-length")
            upgrade = .agreed(agreed)
        } else {
            head.headers.replaceOrAdd(name: "connection", value: "close")
            upgrade = .refused(isWhole: isWhole)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // A client that closes its sending side has left: what it would still receive, nobody is known to read.
        if case .some(.inputClosed) = event as? ChannelEvent { connection.leave() }
        if event is ChannelShouldQuiesceEvent { isQuiescing = true }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.leave()
        context.fireChannelInactive()
    }

    // MARK: Becoming a WebSocket

    private func become(_ upgrade: WebSocketUpgrade, _ context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        let socket = WebSocketChannelHandler(settings: sockets, clock: clock)
        do {
            // From now on the socket's handler asks for what it can take.
            try context.channel.syncOptions?.setOption(.autoRead, value: false)
            // What a silent socket keeps to read into; it grows with what comes.
            try context.channel.syncOptions?.setOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 512, maximum: 65_536)
            )
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandlers(
                [
                    WebSocketFrameEncoder(),
                    ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: sockets.messageBytes)),
                    socket,
                ],
                position: .after(decoder)
            )
            let transport = socket.makeConnection(on: context.eventLoop)
            guard let receiver = upgrade.attach(transport) else { throw ChannelError.alreadyClosed }
            transport.attach(receiver)
            connection.becomes { transport.drop() }
            pipeline.removeHandler(try pipeline.handler(type: HTTPResponseEncoder.self), promise: nil)
            pipeline.removeHandler(try pipeline.handler(type: HTTPConnectionStateHandler.self), promise: nil)
            // What waits in the decoder comes out of it now, before anything is read.
            pipeline.removeHandler(decoder).assumeIsolated().whenComplete { [isQuiescing] _ in
                socket.start()
                if isQuiescing { socket.closeForShutdown() }
            }
            pipeline.removeHandler(self, promise: nil)
        } catch {
            context.close(promise: nil)
        }
    }
}
