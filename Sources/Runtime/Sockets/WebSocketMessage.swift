/// One whole message of a WebSocket.
public enum WebSocketMessage: Hashable, Sendable {
    /// Text; on the wire it is UTF-8.
    case text(String)

    /// Bytes.
    case binary([UInt8])

    /// The message's size on the wire, in bytes, without the frames around it.
    public var byteCount: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .binary(let bytes): bytes.count
        }
    }
}
