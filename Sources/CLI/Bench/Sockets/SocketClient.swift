import NIOCore
import NIOPosix
import Synchronization

/// One WebSocket of a measurement: as small as can be, so that ten thousand fit beside the server.
///
/// Isolation: the channel's event loop, but for what is said otherwise.
final class SocketClient: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    struct Refused: Error, CustomStringConvertible {
        let description: String
        /// Whether the server has said so in an answer.
        var isAnswer = false
    }

    private let path: String
    private let isOpen: EventLoopPromise<Void>
    private let received: @Sendable (any Channel) -> Void
    private var hasShakenHands = false
    private var bytes = ByteBuffer()

    private init(
        path: String,
        isOpen: EventLoopPromise<Void>,
        received: @escaping @Sendable (any Channel) -> Void
    ) {
        self.path = path
        self.isOpen = isOpen
        self.received = received
    }

    /// Opens a WebSocket.
    ///
    /// - Parameter received: Called for each message, on the socket's event loop.
    static func open(
        port: Int,
        path: String,
        received: @escaping @Sendable (any Channel) -> Void
    ) async throws -> any Channel {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let isOpen = loop.makePromise(of: Void.self)
        do {
            let channel = try await ClientBootstrap(group: loop)
                // Who comes in a crowd may have to knock several times, the last time after 127 s.
                .connectTimeout(.seconds(150))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            SocketClient(path: path, isOpen: isOpen, received: received)
                        )
                    }
                }
                .connect(host: "127.0.0.1", port: port).get()
            try await isOpen.futureResult.get()
            return channel
        } catch {
            isOpen.fail(error)
            throw error
        }
    }

    func channelActive(context: ChannelHandlerContext) {
        let head = """
            GET \(path) HTTP/1.1\r
            host: localhost\r
            x-tenant-id: alpha\r
            connection: upgrade\r
            upgrade: websocket\r
            sec-websocket-version: 13\r
            sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r
            \r

            """
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: head)), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        isOpen.fail(Refused(description: "The server has closed a WebSocket."))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        isOpen.fail(error)
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var piece = unwrapInboundIn(data)
        if bytes.readableBytes == 0 { bytes = piece } else { bytes.writeBuffer(&piece) }
        if !hasShakenHands { shakeHands(context) }
        while hasShakenHands, let opcode = frame() {
            if opcode == 1 || opcode == 2 { received(context.channel) }
            if opcode == 9 { context.writeAndFlush(wrapOutboundOut(Self.frame(opcode: 10, "")), promise: nil) }
        }
        if bytes.readableBytes == 0 { bytes = ByteBuffer() }
    }

    private func shakeHands(_ context: ChannelHandlerContext) {
        let view = bytes.readableBytesView
        guard let end = view.firstRange(of: Array("\r\n\r\n".utf8)) else { return }
        let head = String(decoding: view[..<end.lowerBound], as: UTF8.self)
        guard head.hasPrefix("HTTP/1.1 101 ") else {
            let isAnswer = head.hasPrefix("HTTP/1.1 ")
            isOpen.fail(Refused(description: "The server did not agree: \(head.prefix(200))", isAnswer: isAnswer))
            return context.close(promise: nil)
        }
        bytes.moveReaderIndex(to: end.upperBound)
        hasShakenHands = true
        isOpen.succeed()
    }

    /// Takes a whole frame and gives its opcode.
    private func frame() -> UInt8? {
        let start = bytes.readerIndex
        guard let first: UInt8 = bytes.readInteger(), let second: UInt8 = bytes.readInteger() else {
            bytes.moveReaderIndex(to: start)
            return nil
        }
        let count: Int? =
            switch second & 0x7F {
            case 126: bytes.readInteger(as: UInt16.self).map { Int($0) }
            case 127: bytes.readInteger(as: UInt64.self).map { Int($0) }
            default: Int(second & 0x7F)
            }
        guard let count, bytes.readableBytes >= count else {
            bytes.moveReaderIndex(to: start)
            return nil
        }
        bytes.moveReaderIndex(forwardBy: count)
        return first & 0x0F
    }

    /// A client's frame with a short text; masked with zeros, which leaves the text as it is.
    static func frame(opcode: UInt8 = 1, _ text: String) -> ByteBuffer {
        precondition(text.utf8.count <= 125, "A measurement's messages are short.")
        return ByteBuffer(bytes: [0x80 | opcode, 0x80 | UInt8(text.utf8.count), 0, 0, 0, 0] + Array(text.utf8))
    }
}
