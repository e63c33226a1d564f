/// Why a WebSocket has failed.
public struct WebSocketError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The close code that the other side was told: 1002 protocol error, 1003 unsupported data, 1007 invalid text, 1009
    /// message too big, 1011 failure on this side, 1013 too slow; nil when it could be told nothing.
    public let closeCode: UInt16?

    /// What was wrong.
    public let description: String

    /// A failure.
    public init(closeCode: UInt16?, _ description: String) {
        self.closeCode = closeCode
        self.description = description
    }
}
