import RoostRuntime

/// Puts a client's frames together to messages, and finds what a client must not send.
///
/// A pure value: frames in, actions out. The rules are those of RFC 6455 for a server that has agreed on no extension.
///
/// Invariants
/// 1. Every frame of a client is masked, has no reserved bit and a known opcode (else 1002).
/// 2. A message begins with a text or binary frame and goes on with continuations only; control frames may stand
///    between, are whole and have at most 125 bytes (else 1002).
/// 3. At most ``WebSocketSettings/messageBytes`` bytes in ``WebSocketSettings/fragments`` frames are held (else 1009).
/// 4. Text is UTF-8, which is known with the first frame that breaks it (else 1007); so is the reason of a close frame.
/// 5. After a close frame or a violation nothing is looked at any more.
///
///     between ── first frame of several ──▶ inside ── last continuation ──▶ between
///      │   ▲                                │    ▲
///      │   └── whole message, ping, pong    │    └── continuation, ping, pong
///      └── close frame, violation ─▶ over ◀─┘
struct WebSocketFrameStateMachine: Sendable {
    /// A frame, unmasked.
    struct Frame: Sendable {
        var isFinal = true
        /// Whether any of the three reserved bits is set.
        var hasReservedBits = false
        var opcode: UInt8
        var isMasked = true
        var payload: [UInt8] = []
    }

    enum Action: Hashable, Sendable {
        /// Nothing, for now or for ever.
        case nothing
        case deliver(WebSocketMessage)
        case answerPing([UInt8])
        /// A close frame; the code is nil if it had none.
        case closed(code: UInt16?, reason: String)
        case fail(WebSocketError)
    }

    private enum State: Sendable {
        /// No message has begun. Can transition to: inside, over.
        case between
        /// A message is on its way. Can transition to: between, over.
        case inside(Message)
        /// Nothing is expected any more. Final.
        case over
    }

    private struct Message: Sendable {
        let isText: Bool
        var bytes: [UInt8]
        var fragments = 1
        var text = UTF8Check()
    }

    private let messageBytesMax: Int
    private let fragmentsMax: Int
    private var state = State.between

    init(_ settings: WebSocketSettings) {
        messageBytesMax = settings.messageBytes
        fragmentsMax = settings.fragments
    }

    /// Takes the next frame.
    mutating func take(_ frame: consuming Frame) -> Action {
        if case .over = state { return .nothing }
        guard frame.isMasked else { return fail(1002, "A client's frames must be masked.") }
        guard !frame.hasReservedBits else { return fail(1002, "A reserved bit is set, and no extension is agreed on.") }
        switch frame.opcode {
        case 0x0: return goOn(frame)
        case 0x1, 0x2: return begin(frame)
        case 0x8, 0x9, 0xA: return control(frame)
        default: return fail(1002, "There is no opcode \(frame.opcode).")
        }
    }

    /// The frame that comes cannot be read; see ``WebSocketError``.
    mutating func fail(_ code: UInt16, _ reason: String) -> Action {
        if case .over = state { return .nothing }
        state = .over
        return .fail(WebSocketError(closeCode: code, reason))
    }

    // MARK: Messages

    private mutating func begin(_ frame: Frame) -> Action {
        guard case .between = state else { return fail(1002, "A message began inside another.") }
        let isText = frame.opcode == 0x1
        guard frame.payload.count <= messageBytesMax else { return tooLarge() }
        if frame.isFinal { return whole(isText: isText, frame.payload) }
        var message = Message(isText: isText, bytes: frame.payload)
        guard !isText || message.text.take(frame.payload) else { return notText() }
        state = .inside(message)
        return .nothing
    }

    private mutating func goOn(_ frame: Frame) -> Action {
        guard case .inside(var message) = state else { return fail(1002, "A continuation came without a beginning.") }
        // Not held twice while it grows.
        state = .between
        guard message.bytes.count + frame.payload.count <= messageBytesMax else { return tooLarge() }
        message.fragments += 1
        guard message.fragments <= fragmentsMax else {
            return fail(1009, "A message has more than \(fragmentsMax) frames.")
        }
        guard !message.isText || message.text.take(frame.payload) else { return notText() }
        message.bytes.append(contentsOf: frame.payload)
        guard frame.isFinal else {
            state = .inside(message)
            return .nothing
        }
        guard message.text.isComplete else { return notText() }
        return whole(isText: message.isText, message.bytes)
    }

    private mutating func whole(isText: Bool, _ bytes: [UInt8]) -> Action {
        guard isText else { return .deliver(.binary(bytes)) }
        guard let text = String(validating: bytes, as: UTF8.self) else { return notText() }
        return .deliver(.text(text))
    }

    private mutating func tooLarge() -> Action { fail(1009, "A message has more than \(messageBytesMax) bytes.") }

    private mutating func notText() -> Action { fail(1007, "A text message is not UTF-8.") }

    // MARK: Control frames

    private mutating func control(_ frame: Frame) -> Action {
        guard frame.isFinal else { return fail(1002, "A control frame is fragmented.") }
        guard frame.payload.count <= 125 else { return fail(1002, "A control frame has more than 125 bytes.") }
        switch frame.opcode {
        case 0x8: return close(frame.payload)
        case 0x9: return .answerPing(frame.payload)
        default: return .nothing
        }
    }

    private mutating func close(_ payload: [UInt8]) -> Action {
        guard !payload.isEmpty else {
            state = .over
            return .closed(code: nil, reason: "")
        }
        guard payload.count >= 2 else { return fail(1002, "A close frame has half a code.") }
        let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
        guard Self.mayBeSent(code) else { return fail(1002, "A close frame has the code \(code).") }
        guard let reason = String(validating: payload[2...], as: UTF8.self) else {
            return fail(1007, "The reason of a close frame is not UTF-8.")
        }
        state = .over
        return .closed(code: code, reason: reason)
    }

    /// Whether a close frame may have this code.
    static func mayBeSent(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
