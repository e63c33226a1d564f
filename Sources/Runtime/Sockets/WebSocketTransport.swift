/// What carries a WebSocket of an object: the gateway's connection, or a test's.
///
/// The two sides of the seam: the object's messages go out through a transport, in the order in which they are handed
/// over; what comes in goes to the ``WebSocketReceiver``. The object never sees either, so it may sleep while the
/// connection stays.
///
/// Isolation: every member may be called from any thread, and none waits.
public protocol WebSocketTransport: Sendable {
    /// How many bytes were handed over that the network has not taken yet.
    ///
    /// The runtime gives a connection up when they become too many.
    var pendingBytes: Int { get }

    /// Sends a message, after those before it; nothing once the connection closes.
    func send(_ message: WebSocketMessage)

    /// Sends a close frame after all messages and waits, for a bounded time, for that of the other side; then the
    /// connection ends.
    ///
    /// When the other side has begun, this answers it. Only the first call counts.
    ///
    /// - Parameter code: A code that may be sent; nil for a frame without one.
    func close(code: UInt16?, reason: String)

    /// Ends the connection at once without a close frame: the other side sees 1006.
    func drop()
}

/// What a ``WebSocketTransport`` reports to, from one task, one call after the other.
///
/// Guarantee the transport gives: it awaits each call before the next, reads no further meanwhile than its bounds
/// allow, and ends with exactly one of `closed`, `vanished` and `failed`.
public protocol WebSocketReceiver: Sendable {
    /// A whole message has come. Returns when the object has handled it.
    func received(_ message: WebSocketMessage) async

    /// A close frame has come. Returns when the object has handled that.
    ///
    /// The transport then answers with a close frame of the same code, if the object has not called
    /// ``WebSocketTransport/close(code:reason:)`` itself.
    ///
    /// - Parameters:
    ///   - code: The frame's code; nil when it had none.
    ///   - reason: The frame's reason.
    func closed(code: UInt16?, reason: String) async

    /// The connection has ended without a close frame, or the other side sends nothing more.
    ///
    /// In the second case what was sent before this returns may still arrive.
    func vanished() async

    /// The connection has broken the protocol or failed otherwise; a close frame, if one is due, is sent when this
    /// returns, or has been.
    ///
    /// - Parameter error: What was wrong, for the object to log.
    func failed(_ error: WebSocketError) async
}
