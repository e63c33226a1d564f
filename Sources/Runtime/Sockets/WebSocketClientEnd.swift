/// The caller's end of a WebSocket that an object answers with.
///
/// The object gives it away in its response, and whoever gets the response connects it with what carries the messages.
/// When it is let go of without that, the object hears that its other side has vanished.
///
/// Isolation: may be used from any thread.
public final class WebSocketClientEnd: Sendable {
    private let record: SocketRecord

    init(_ record: SocketRecord) { self.record = record }

    deinit {
        if record.isPending { record.home?.neverAttached(record) }
    }

    /// Connects the object's socket with its other side; once.
    ///
    /// What the object has sent before goes out now. When the socket has ended meanwhile, the transport is closed with
    /// the reason, or dropped when there is none to be told.
    ///
    /// - Parameter transport: What carries messages from the object.
    /// - Returns: Whom to tell of messages from the other side, and of its end.
    package func attach(_ transport: any WebSocketTransport) -> any WebSocketReceiver {
        let (isAttached, sockets) = record.attach(transport)
        if !isAttached { transport.drop() }
        guard let sockets else { return SilentReceiver() }
        return SocketReceiver(sockets: sockets, record: record)
    }

    /// A response carries it to its caller.
    func use(subprotocol: String?) throws(RoostError) {
        guard !record.isFresh else { throw RoostError.responseWithoutAccept }
        record.speak(subprotocol)
    }
}
