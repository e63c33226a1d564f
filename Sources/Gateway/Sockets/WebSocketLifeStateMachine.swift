import RoostRuntime

/// The life of a WebSocket from the handshake's end to the connection's: who closes first, who answers, and what is
/// told to the receiver.
///
/// A pure value: events in, steps out.
///
/// Invariants
/// 1. At most one close frame is sent, and nothing after it.
/// 2. The receiver is told of exactly one end.
/// 3. Every state but `open` is left within a bounded time: entering it starts the timer, and ``timeUp()`` ends it.
///
/// Whoever ends it, what the client has sent before is handled first, and the answers to it go out before the
/// connection ends: so neither a violation nor a closed sending side takes away what was right.
///
///     open ── close() ───────▶ closing ── peerClosed(), failed(), inputEnded() ─▶ lingering
///      ├── peerClosed() ─────▶ answering ── answered(), close(), timeUp() ──────▶ lingering
///      ├── failed() ─────────▶ failing ──── answered(), close(), timeUp() ──────▶ lingering
///      └── inputEnded() ─────▶ leaving ──── answered(), close() ────────────────▶ lingering ── timeUp() ─▶ ended
///
///     any state ── gone() ─▶ ended        closing, leaving ── timeUp() ─▶ ended
struct WebSocketLifeStateMachine: Sendable {
    /// What is to be done, in this order.
    struct Step: Hashable, Sendable {
        /// A close frame to be sent.
        var frame: CloseFrame?
        /// What is to be told to the receiver, after all messages.
        var end: End?
        /// What is to become of the connection.
        var connection = Connection.stays
    }

    struct CloseFrame: Hashable, Sendable {
        var code: UInt16?
        var reason = ""
    }

    enum End: Hashable, Sendable {
        case closed(code: UInt16?, reason: String)
        case vanished
        case failed(WebSocketError)
    }

    enum Connection: Hashable, Sendable {
        case stays
        /// Stays for a bounded time.
        case staysUntilTimeUp
        /// Our side is closed once what was sent before has left; what still comes is read and thrown away until the
        /// client has closed its side, but for a bounded time.
        ///
        /// Closing at once would, by the rules of TCP, take the close frame away from a client that is still sending.
        case lingers
        /// Closes once what was sent before has left, or a bounded time is over: nothing more can come.
        case ends
        /// Closes at once.
        case drops
    }

    private enum State: Sendable {
        /// Messages go both ways. Can transition to: closing, answering, failing, leaving, ended.
        case open
        /// Our close frame is sent, theirs is awaited. Can transition to: lingering, ended.
        case closing
        /// Their close frame has come, the receiver looks at it. Can transition to: lingering, ended.
        case answering(code: UInt16?)
        /// Something is wrong; the receiver is still at what came before. Can transition to: lingering, ended.
        case failing(CloseFrame)
        /// Their side is closed without a close frame; the receiver is still at what came before. Can transition to:
        /// lingering, ended.
        case leaving
        /// Our side is closed, because both have said so or something is wrong. Can transition to: ended.
        case lingering
        /// Nothing happens any more. Final.
        case ended
    }

    private var state = State.open
    private var hasInputEnded = false

    /// What becomes of the connection when everything is said.
    private var rest: Connection { hasInputEnded ? .ends : .lingers }

    /// Whether frames that come are looked at.
    var isReading: Bool {
        switch state {
        case .open, .closing: true
        case .answering, .failing, .leaving, .lingering, .ended: false
        }
    }

    /// Whether messages are sent.
    var isWriting: Bool {
        switch state {
        case .open, .answering, .failing, .leaving: true
        case .closing, .lingering, .ended: false
        }
    }

    /// Whether nothing happens any more.
    var hasEnded: Bool {
        if case .ended = state { true } else { false }
    }

    /// Our side wants to close.
    mutating func close(_ frame: CloseFrame) -> Step {
        switch state {
        case .open:
            state = .closing
            return Step(frame: frame, connection: .staysUntilTimeUp)
        case .answering, .leaving:
            state = .lingering
            return Step(frame: frame, connection: rest)
        case .failing: return answered()
        case .closing, .lingering, .ended: return Step()
        }
    }

    /// A close frame has come.
    mutating func peerClosed(code: UInt16?, reason: String) -> Step {
        let end = End.closed(code: code, reason: reason)
        switch state {
        case .open:
            state = .answering(code: code)
            return Step(end: end, connection: .staysUntilTimeUp)
        case .closing:
            state = .lingering
            return Step(end: end, connection: rest)
        case .answering, .failing, .leaving, .lingering, .ended: return Step()
        }
    }

    /// The receiver was told of the end, after all messages, and did not close by itself.
    mutating func answered() -> Step {
        switch state {
        case .answering(let code):
            state = .lingering
            return Step(frame: CloseFrame(code: code), connection: rest)
        case .failing(let frame):
            state = .lingering
            return Step(frame: frame, connection: rest)
        case .leaving:
            state = .lingering
            return Step(connection: rest)
        case .open, .closing, .lingering, .ended: return Step()
        }
    }

    /// The client has broken the protocol, or we cannot go on.
    mutating func failed(_ error: WebSocketError) -> Step {
        switch state {
        case .open:
            state = .failing(CloseFrame(code: error.closeCode, reason: error.description))
            return Step(end: .failed(error), connection: .staysUntilTimeUp)
        case .closing:
            state = .lingering
            return Step(end: .failed(error), connection: rest)
        case .answering, .failing, .leaving, .lingering, .ended: return Step()
        }
    }

    /// The client has left without a close frame, does not answer, or is to be left.
    mutating func gone() -> Step {
        switch state {
        case .open, .closing:
            state = .ended
            return Step(end: .vanished, connection: .drops)
        case .answering, .failing, .leaving, .lingering:
            state = .ended
            return Step(connection: .drops)
        case .ended: return Step(connection: .drops)
        }
    }

    /// The client has closed its sending side.
    mutating func inputEnded() -> Step {
        hasInputEnded = true
        switch state {
        case .open:
            state = .leaving
            return Step(end: .vanished, connection: .staysUntilTimeUp)
        case .closing:
            state = .lingering
            return Step(end: .vanished, connection: rest)
        case .lingering: return Step(connection: rest)
        // Our close frame is still to be sent.
        case .answering, .failing: return Step()
        case .leaving, .ended: return Step()
        }
    }

    /// The bounded time is over.
    mutating func timeUp() -> Step {
        switch state {
        // A receiver that takes too long to look at the end does not keep the connection.
        case .answering, .failing: answered()
        case .open, .closing, .leaving, .lingering, .ended: gone()
        }
    }
}
