import DequeModule

/// The life of one WebSocket of an object, and the way out of it.
///
/// Guarantee: what is submitted goes to the transport in the order in which it was submitted, and nothing after a
/// close. The object is told of the end once, and not while it still handles a message.
///
/// Invariants
/// 1. Commands wait here only while nothing carries the socket, or while somebody takes them out; one takes them out
///    at a time.
/// 2. After a close was submitted nothing else is; after the object has called close, it cannot send.
/// 3. The first end counts: `end`, `giveUp` and `cutOff` after it change nothing, and only one of them is told.
/// 4. `pendingBytes` is what the object has sent and the transport has not got.
///
///     fresh ── accept ──▶ pending ── attach ──▶ open
///       │                   │  │                 │ end, giveUp
///       │                   │  └── end ──────────┼──▶ ending ── told ──▶ closed    (terminal)
///       └───────────────────┴───── cutOff ───────┴──────┴─────────────────▲
///
/// Isolation: a value inside the lock of `SocketRecord`; transports are called by the caller, outside the lock.
struct SocketStateMachine: ~Copyable {
    /// How a socket ends, as the object is told.
    enum Ending: Sendable {
        case closed(WebSocketClose)
        case failed(WebSocketError)
    }

    /// What goes out.
    enum Command: Sendable {
        case send(WebSocketMessage)
        case close(code: UInt16?, reason: String)

        /// What it counts as, while it waits; also an empty message takes its place in memory.
        var weight: Int {
            switch self {
            case .send(let message): message.byteCount + SocketStateMachine.messageWeight
            case .close: 0
            }
        }
    }

    /// Whether the object may send.
    enum Permission: Sendable {
        case granted
        /// No object has accepted the socket.
        case notAccepted
        /// The object has closed it.
        case closed
        /// It has ended otherwise: what is sent goes nowhere, and that is no mistake of the object's.
        case gone
    }

    private enum State {
        /// One half of a pair that nobody has accepted. Can transition to: pending, closed.
        case fresh
        /// Accepted; nothing carries it. Can transition to: open, ending, closed.
        case pending
        /// Messages go both ways. Can transition to: ending, closed.
        case open(any WebSocketTransport)
        /// The object is told of the end, or will be. Can transition to: closed.
        case ending((any WebSocketTransport)?)
        /// Terminal.
        case closed
    }

    /// What every message counts besides its bytes.
    static let messageWeight = 32

    private var state = State.fresh
    private var commands: Deque<Command> = []
    private(set) var pendingBytes = 0
    private var isDraining = false
    private var isHandling = false
    private var isClosedByObject = false
    /// Nothing is submitted any more.
    private(set) var isSealed = false
    /// An end that is told when the handler has returned.
    private var untold: Ending?

    init() {}

    var isAccepted: Bool {
        if case .fresh = state { false } else { true }
    }

    /// Whether its client end could still be connected.
    var isPending: Bool {
        if case .pending = state { true } else { false }
    }

    /// How many bytes the other side has not taken.
    var transportBytes: Int { transport?.pendingBytes ?? 0 }

    private var transport: (any WebSocketTransport)? {
        switch state {
        case .open(let transport): transport
        case .ending(let transport): transport
        case .fresh, .pending, .closed: nil
        }
    }

    // MARK: Begin

    /// Returns false when it is not fresh any more.
    mutating func accept() -> Bool {
        guard case .fresh = state else { return false }
        state = .pending
        return true
    }

    /// Something carries the socket now.
    ///
    /// - Returns: Whether it does; if so, somebody must `drain`.
    mutating func attach(_ transport: any WebSocketTransport) -> Bool {
        guard case .pending = state else { return false }
        state = .open(transport)
        return true
    }

    // MARK: Out

    var permission: Permission {
        if case .fresh = state { return .notAccepted }
        if isClosedByObject { return .closed }
        if case .closed = state { return .gone }
        return isSealed ? .gone : .granted
    }

    /// The object calls close; false when it is too late for that.
    mutating func close() -> Bool {
        guard case .granted = permission else { return false }
        isClosedByObject = true
        return true
    }

    /// Counts what the object has sent, before it is submitted.
    mutating func count(_ command: Command) { pendingBytes += command.weight }

    /// Adds a counted command.
    mutating func submit(_ command: Command) {
        if case .closed = state { return forget(command) }
        guard !isSealed else { return forget(command) }
        if case .close = command { isSealed = true }
        commands.append(command)
    }

    private mutating func forget(_ command: Command) { pendingBytes -= command.weight }

    /// Asks to take the commands out; true for one at a time, who must call `next` until it gives nothing.
    mutating func drain() -> Bool {
        guard !isDraining, transport != nil, !commands.isEmpty else { return false }
        isDraining = true
        return true
    }

    /// The next command with its transport.
    mutating func next() -> (transport: any WebSocketTransport, command: Command)? {
        guard let transport, let command = commands.popFirst() else {
            isDraining = false
            return nil
        }
        forget(command)
        return (transport, command)
    }

    // MARK: In

    /// A message has come; false when it comes too late.
    mutating func beginEvent() -> Bool {
        guard case .open = state, untold == nil else { return false }
        isHandling = true
        return true
    }

    /// The object has handled it.
    ///
    /// - Returns: An end that came meanwhile, to be told now.
    mutating func endEvent() -> Ending? {
        isHandling = false
        return untold.take()
    }

    // MARK: End

    /// The socket has come to an end.
    ///
    /// - Returns: What is to be told now; nil when that must wait, or when there was an end before.
    mutating func end(_ ending: Ending) -> Ending? {
        switch state {
        case .pending: state = .ending(nil)
        case .open(let transport): state = .ending(transport)
        case .fresh, .ending, .closed: return nil
        }
        guard isHandling else { return ending }
        untold = ending
        return nil
    }

    /// The other side takes too little: what waits is dropped, and the connection is closed with a code for that.
    ///
    /// - Returns: As `end`; somebody must `drain` in any case.
    mutating func giveUp(_ error: WebSocketError) -> Ending? {
        guard !isSealed else { return end(.failed(error)) }
        for command in commands { forget(command) }
        commands = [.close(code: error.closeCode, reason: error.description)]
        isSealed = true
        return end(.failed(error))
    }

    /// The object was told, or cannot be.
    ///
    /// - Parameter drops: The object cannot be told, so the other side shall see that something is wrong.
    /// - Returns: What is to be dropped.
    mutating func told(drops: Bool) -> (any WebSocketTransport)? {
        defer { clear() }
        return drops && !isSealed ? transport : nil
    }

    /// The object was reset: nothing more goes in or out.
    ///
    /// - Returns: What is to be dropped.
    mutating func cutOff() -> (any WebSocketTransport)? {
        defer { clear() }
        return transport
    }

    private mutating func clear() {
        state = .closed
        commands = []
        pendingBytes = 0
        untold = nil
    }
}
