/// What a WebSocket may send and how long it may be silent.
public struct WebSocketSettings: Sendable, Hashable {
    /// The largest message a client may send, in bytes; 1 MiB, and a larger one closes the connection with 1009.
    public var messageBytes = 1024 * 1024
    /// How many frames one message may come in; 16,384.
    ///
    /// Past it the connection is closed with 1009: a message of empty frames would otherwise never end.
    public var fragments = 16_384
    /// How many messages are read ahead while the receiver is busy with one; 64.
    public var waitingMessages = 64
    /// How many bytes of messages are read ahead while the receiver is busy with one; 256 KiB.
    public var waitingBytes = 256 * 1024
    /// After how much silence a client is asked with a ping whether it is still there; 30 s.
    public var pingAfter = Duration.seconds(30)
    /// How long a client may take to show a sign of life after a ping; 20 s.
    public var pongWithin = Duration.seconds(20)
    /// How long either side may take to close after the first close frame; 10 s.
    public var closeWithin = Duration.seconds(10)

    /// Creates the default settings.
    public init() {}
}
