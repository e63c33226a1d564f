/// How a WebSocket came to its end.
public struct WebSocketClose: Hashable, Sendable {
    /// The code of the close frame.
    ///
    /// 1005 when the frame had none, 1006 when there was no frame.
    public let code: UInt16

    /// The reason in the close frame, at most 123 bytes; mostly empty.
    public let reason: String

    /// Whether the other side has said that it closes; false when it has vanished.
    public let wasClean: Bool

    /// An end of a connection.
    public init(code: UInt16, reason: String = "", wasClean: Bool) {
        self.code = code
        self.reason = reason
        self.wasClean = wasClean
    }

    /// The end of a connection whose other side has vanished, in the origin's words.
    public static let vanished = WebSocketClose(
        code: 1006,
        reason: "WebSocket disconnected without sending Close frame.",
        wasClean: false
    )
}
