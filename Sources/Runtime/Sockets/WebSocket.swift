/// An object's handle on one of its WebSockets.
///
/// The socket outlives the object's sleep; handles do not. ``ObjectContext/getWebSockets(tag:)`` and the handlers give
/// new ones, which are equal to those from before.
///
/// What is sent leaves when everything that was changed before is durable, and in the order in which the object sent
/// it, over all its sockets.
///
/// Isolation: belongs to one instance. It is not `Sendable`, so the compiler keeps it inside the object.
public final class WebSocket {
    let record: SocketRecord

    /// The instance that has it; nil before it is accepted.
    private(set) var activation: Activation?

    /// How many bytes an attachment may have.
    static let attachmentBytesMax = 16_384

    /// How many bytes a reason may have, by the protocol.
    static let reasonBytesMax = 123

    init(_ record: SocketRecord, of activation: Activation?) {
        self.record = record
        self.activation = activation
    }

    func accepted(by activation: Activation) { self.activation = activation }

    // MARK: Out

    /// Sends a text.
    ///
    /// - Throws: ``RoostError/Code/webSocketState`` before the socket is accepted and after ``close(code:reason:)``;
    ///   ``RoostError/Code/overloaded`` when too much that the object has sent waits for the disk; the reason when the
    ///   object was reset. When the other side has gone, nothing is thrown, and nothing is sent.
    public func send(_ text: String) throws(RoostError) { try send(.text(text)) }

    /// Sends bytes.
    ///
    /// - Throws: As for a text.
    public func send(_ bytes: [UInt8]) throws(RoostError) { try send(.binary(bytes)) }

    /// Sends a message.
    ///
    /// When the other side takes so little that more than ``RoostConfiguration/webSocketPendingBytesMax`` would wait
    /// for it, the socket is given up, and the object hears of it in ``DurableObject/webSocketFailed(_:_:)``. What
    /// waits for the disk is not held against the other side: it has a limit for the whole object,
    /// ``RoostConfiguration/webSocketHeldBytesMax``.
    ///
    /// - Throws: As for a text.
    public func send(_ message: WebSocketMessage) throws(RoostError) {
        let activation = try owner()
        switch record.permission {
        case .granted: break
        case .closed: throw RoostError.sentAfterClose
        case .notAccepted: throw RoostError.sentBeforeAccept
        case .gone: return
        }
        if case .full = activation.outbox.post(.send(message), to: record, of: activation) {
            throw RoostError.tooMuchHeld
        }
    }

    /// Closes the socket, after what was sent before; a second time does nothing.
    ///
    /// The object hears ``DurableObject/webSocketClosed(_:_:)`` when the other side has answered, or has not in time.
    ///
    /// - Parameters:
    ///   - code: 1000 to 4999, but not 1004, 1005, 1006 and 1015; nil for none.
    ///   - reason: At most 123 bytes, and only with a code.
    /// - Throws: ``RoostError/Code/invalidArgument`` for a code or reason that cannot be sent;
    ///   ``RoostError/Code/webSocketState`` before the socket is accepted; the reason when the object was reset.
    public func close(code: UInt16? = nil, reason: String? = nil) throws(RoostError) {
        if let code, !Self.maySend(code) {
            throw RoostError(.invalidArgument, "Invalid WebSocket close code: \(code).")
        }
        if let reason {
            guard code != nil else { throw RoostError.reasonWithoutCode }
            guard reason.utf8.count <= Self.reasonBytesMax else { throw RoostError.reasonTooLong }
        }
        let activation = try owner()
        switch record.close() {
        case nil:
            activation.outbox.post(.close(code: code, reason: reason ?? ""), to: record, of: activation)
        case .notAccepted: throw RoostError.sentBeforeAccept
        case .closed, .gone, .granted: break
        }
    }

    private static func maySend(_ code: UInt16) -> Bool {
        (1_000...4_999).contains(code) && ![1_004, 1_005, 1_006, 1_015].contains(code)
    }

    private func owner() throws(RoostError) -> Activation {
        guard let activation else { throw RoostError.sentBeforeAccept }
        guard activation.isOpen else { throw activation.goneError }
        return activation
    }

    // MARK: What stays while the object sleeps

    /// The tags it was accepted with, in the order in which they were given, without doubles.
    ///
    /// - Throws: ``RoostError/Code/webSocketState`` before the socket is accepted.
    public var tags: [String] {
        get throws(RoostError) {
            guard let tags = record.tags else { throw RoostError.tagsBeforeAccept }
            return tags
        }
    }

    /// The protocol that is spoken over it, as the response that began it said; nil when that said nothing.
    public var subprotocol: String? { record.subprotocol }

    /// Keeps a value with the socket, instead of the one before.
    ///
    /// It is written out at once: what is changed in it later is not kept. It ends with the socket.
    ///
    /// - Throws: ``RoostError/Code/limitExceeded`` when it has more than 16,384 bytes as JSON;
    ///   ``RoostError/Code/typeMismatch`` when it cannot be written as JSON.
    public func serializeAttachment(_ value: some Encodable) throws(RoostError) {
        let stored = try ValueCoding.encode(value)
        guard stored.payload.count <= Self.attachmentBytesMax else {
            throw RoostError(
                .limitExceeded,
                "A WebSocket 'attachment' cannot be larger than \(Self.attachmentBytesMax) bytes."
                    + "'attachment' was \(stored.payload.count) bytes."
            )
        }
        record.attach(stored)
    }

    /// A copy of the value that was kept last; nil when there is none.
    ///
    /// - Throws: ``RoostError/Code/typeMismatch`` when it is not of this type.
    public func deserializeAttachment<Value: Decodable>(as type: Value.Type) throws(RoostError) -> Value? {
        guard let stored = record.attachment else { return nil }
        return try ValueCoding.decode(stored, as: type)
    }
}

extension WebSocket: Hashable {
    /// Compares the sockets, not the handles.
    public static func == (left: WebSocket, right: WebSocket) -> Bool { left.record === right.record }

    /// Feeds the socket.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(record)) }
}

@available(*, unavailable)
extension WebSocket: Sendable {}
