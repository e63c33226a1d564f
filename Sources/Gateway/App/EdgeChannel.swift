import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import RoostRuntime

/// An HTTP/1.1 connection that knows whether its client is still there, and that may become a WebSocket.
struct EdgeChannel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    private let base: HTTP1Channel
    private let connections: ConnectionRegistry
    private let limits: EdgeLimits
    private let sockets: WebSocketSettings
    private let clock: any RuntimeClock

    /// Thrown into the server's loop of requests, which is the only way out of it that does not wait for the
    /// connection's end: the connection goes on without it, and a task that waited would cost memory.
    private struct BecameWebSocket: Error {}

    init(
        responder: @escaping HTTPChannelHandler.Responder,
        connections: ConnectionRegistry,
        configuration: EdgeConfiguration,
        clock: any RuntimeClock
    ) {
        limits = configuration.limits
        sockets = configuration.sockets
        self.clock = clock
        base = HTTP1Channel(
            responder: { request, writer, channel in
                try await responder(request, writer, channel)
                if connections.isUpgrading(channel) { throw BecameWebSocket() }
            },
            configuration: HTTP1Channel.Configuration(
                idleTimeout: TimeAmount(configuration.idleLimit),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: limits.headerBytes,
                    maxHeaderListSize: limits.headerBytes
                )
            )
        )
        self.connections = connections
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        base.setup(channel: channel, logger: logger).flatMap { value in
            channel.eventLoop.makeCompletedFuture { try adapt(channel) }.flatMap { $0 }.map { value }
        }
    }

    /// Puts our handlers between the decoder and the rest.
    private func adapt(_ channel: any Channel) throws -> EventLoopFuture<Void> {
        let pipeline = channel.pipeline.syncOperations
        // In place of the server's own, which drops what comes behind a request for an upgrade.
        let standard = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
        let decoder = ByteToMessageHandler(makeDecoder())
        // Right behind the decoder, where requests and answers still have their parts.
        let watcher = ConnectionHandler(
            connection: connections.open(channel),
            unwantedBytesMax: limits.unwantedBodyBytes,
            sockets: sockets,
            clock: clock
        )
        try pipeline.addHandlers([decoder, watcher], position: .after(standard))
        return pipeline.removeHandler(standard)
    }

    private func makeDecoder() -> HTTPRequestDecoder {
        var bounds = NIOHTTPDecoderLimitConfiguration()
        bounds.maxHeaderFieldSize = limits.headerBytes
        bounds.maxHeaderListSize = limits.headerBytes
        return HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: bounds)
    }

    func handle(value: Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}
