/// The caller's end of a WebSocket that an object answers with.
///
/// The object gives it away in its response, and whoever gets the response connects it with what carries the messages.
/// When it is let go of without that, the object hears that its other side has vanished.
///
/// Isolation: may be used from any thread.
public final class WebSocketClientEnd: Sendable {
    init() {}

    /// Connects the object's socket with its other side; once.
    ///
    /// What the object has sent before goes out now. When the socket has ended meanwhile, the transport is dropped.
    ///
    /// - Parameter transport: What carries messages from the object.
    /// - Returns: Whom to tell of messages from the other side, and of its end.
    package func attach(_ transport: any WebSocketTransport) -> any WebSocketReceiver {
        transport.drop()
        return SilentReceiver()
    }

    /// A response carries it now.
    func use() throws(RoostError) {}
}

/// Hears of a socket that nobody has any more.
struct SilentReceiver: WebSocketReceiver {
    func received(_ message: WebSocketMessage) async {}
    func closed(code: UInt16?, reason: String) async {}
    func vanished() async {}
    func failed(_ error: WebSocketError) async {}
}
