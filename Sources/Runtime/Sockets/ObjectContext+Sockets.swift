/// WebSockets that stay open while their object sleeps.
extension ObjectContext {
    /// Makes a WebSocket one of this object's.
    ///
    /// From now on its messages come to ``DurableObject/webSocketMessage(_:_:)``. It does not hold the object awake: a
    /// message wakes the object, and what it keeps in memory may be gone by then, but not the socket, its tags and its
    /// attachment. When the object is reset, its sockets are gone; the other side sees code 1006.
    ///
    /// - Parameters:
    ///   - socket: The ``WebSocketPair/server`` end of a pair.
    ///   - tags: What to find it by; at most 10, each of at most 256 bytes, and told apart by their bytes.
    /// - Returns: The socket.
    /// - Throws: ``RoostError/Code/limitExceeded`` for too many or too long tags, or past 32,768 sockets;
    ///   ``RoostError/Code/webSocketState`` when it was accepted before.
    @discardableResult
    public func acceptWebSocket(_ socket: WebSocket, tags: [String] = []) throws(RoostError) -> WebSocket {
        var distinct: [String] = []
        for tag in tags {
            guard distinct.count < SocketLimits.tagsMax else { throw RoostError.tooManyTags }
            guard tag.utf8.count <= SocketLimits.tagBytesMax else { throw RoostError.tagTooLong(tag) }
            if !distinct.contains(where: { $0.utf8.elementsEqual(tag.utf8) }) { distinct.append(tag) }
        }
        guard activation.isOpen else { throw activation.goneError }
        let sockets = activation.entry.sockets
        try sockets.with(activation) { sockets throws(RoostError) in
            // Whoever closes all sockets goes by the same lock, and by then sees this one, or it is refused.
            guard !activation.entry.roost.isDraining else { throw RoostError.shuttingDown }
            try sockets.accept(socket.record, tags: distinct)
        }
        activation.entry.roost.socketBegan(address)
        socket.accepted(by: activation)
        return socket
    }

    /// The object's WebSockets, those included that are closing.
    ///
    /// - Parameter tag: Gives those that were accepted with this tag, the oldest first; without, all are given, the
    ///   newest first.
    public func getWebSockets(tag: String? = nil) -> [WebSocket] {
        guard let sockets = activation.entry.sockets.existing(address.id.raw) else { return [] }
        return sockets.records(tag: tag).map { WebSocket($0, of: activation) }
    }

    /// The tags that a socket was accepted with; see ``WebSocket/tags``.
    public func getTags(_ socket: WebSocket) throws(RoostError) -> [String] { try socket.tags }

    /// Has every WebSocket of the object that sends a certain text answered without the object.
    ///
    /// The text must be equal in every byte of its UTF-8. The object is not woken and does not hear of it, and the
    /// answer does not wait for what the object has changed. The setting stays while the object sleeps with a socket
    /// open, and is forgotten when it is reset.
    ///
    /// - Parameter pair: The text and its answer; nil for none.
    public func setWebSocketAutoResponse(_ pair: WebSocketRequestResponsePair?) {
        activation.entry.sockets.with(activation) { $0.autoResponse = pair }
    }

    /// The text that is answered without the object, with its answer.
    public func getWebSocketAutoResponse() -> WebSocketRequestResponsePair? {
        activation.entry.sockets.existing(address.id.raw)?.autoResponse
    }

    /// When a socket was last answered without the object; nil when it never was.
    public func getWebSocketAutoResponseTimestamp(_ socket: WebSocket) -> Timestamp? { socket.record.answered }

    /// Limits how long one handler of a WebSocket event may run; after that the object is reset.
    ///
    /// - Parameter timeout: The limit, at most a week; nil or zero for none.
    /// - Throws: ``RoostError/Code/invalidArgument`` when it is longer, or negative.
    public func setHibernatableWebSocketEventTimeout(_ timeout: Duration?) throws(RoostError) {
        if let timeout {
            guard timeout <= SocketLimits.eventTimeoutMax else { throw RoostError.eventTimeoutTooLong }
            guard timeout >= .zero else {
                throw RoostError(.invalidArgument, "An event timeout is not negative.")
            }
        }
        activation.entry.sockets.with(activation) { $0.eventTimeout = timeout == .zero ? nil : timeout }
    }

    /// How long one handler of a WebSocket event may run; nil when there is no limit.
    public func getHibernatableWebSocketEventTimeout() -> Duration? {
        activation.entry.sockets.existing(address.id.raw)?.eventTimeout
    }

    private var address: ObjectAddress { activation.address }
}

/// What the origin allows.
enum SocketLimits {
    static let tagsMax = 10
    static let tagBytesMax = 256
    static let eventTimeoutMax = Duration.milliseconds(604_800_000)
}
