import NIOCore
import NIOHTTP1

/// Watches one connection: notices when the client leaves, and ends it when a client goes on sending a body nobody
/// wants.
///
/// The server reads the rest of a refused body to find the next request. Without a bound on that, a body without end
/// would keep the connection busy for ever.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let connection: ClientConnection
    private let unwantedBytesMax: Int
    private var isAnswered = false
    private var unwantedBytes = 0

    init(connection: ClientConnection, unwantedBytesMax: Int) {
        self.connection = connection
        self.unwantedBytesMax = unwantedBytesMax
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            isAnswered = false
            unwantedBytes = 0
        case .body(let bytes) where isAnswered:
            unwantedBytes += bytes.readableBytes
            if unwantedBytes > unwantedBytesMax {
                context.close(promise: nil)
                return
            }
        case .body, .end: break
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { isAnswered = true }
        context.write(data, promise: promise)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // A client that closes its sending side has left: what it would still receive, nobody is known to read.
        if case .some(.inputClosed) = event as? ChannelEvent { connection.leave() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.leave()
        context.fireChannelInactive()
    }
}
