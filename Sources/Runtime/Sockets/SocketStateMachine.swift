import DequeModule

/// The life of one WebSocket of an object, and the way out of it.
///
/// Guarantee: what is submitted goes to the transport in the order in which it was submitted, and nothing after a
/// close. The object is told of the end once, and not while it still handles a message. What was submitted before it
/// was told still goes out.
///
/// Invariants
/// 1. Commands wait here only while nothing carries the socket, or while somebody takes them out; one takes them out
///    at a time.
/// 2. After a close was submitted nothing else is; after the object has called close, it cannot send.
/// 3. The first end counts: `end`, `giveUp` and `cutOff` after it change nothing, and only one of them is told.
/// 4. `pendingBytes` is what was submitted and the transport has not got; `heldBytes` is what the object has sent and
///    what is not submitted yet because the object's changes are on their way to the disk.
/// 5. Only what was submitted is held against the other side: it could not have taken the rest.
///
///     fresh ── accept ──▶ pending ── attach ──▶ open
///       │                   │  │                 │ end, giveUp
///       │                   │  └── end ──────────┼──▶ ending ── told ──▶ leaving ── next, to the last ──┐
///       │                   │                    │       │                 │                            ▼
///       └───────────────────┴───── cutOff ───────┴───────┴─────────────────┴──────────────────────▶ closed (terminal)
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
        /// The object is told of the end, or will be. Can transition to: leaving, closed.
        case ending((any WebSocketTransport)?)
        /// The object was told, and something is still to go out. Can transition to: closed.
        case leaving((any WebSocketTransport)?)
        /// Terminal.
        case closed
    }

    /// What every message counts besides its bytes.
    static let messageWeight = 32

    private var state = State.fresh
    private var commands: Deque<Command> = []
    private(set) var pendingBytes = 0
    private(set) var heldBytes = 0
    /// The most that was held back at once since nothing was.
    private var backlog = 0
    /// How much may wait for the other side as things are.
    private var patience = 0
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
        case .ending(let transport), .leaving(let transport): transport
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
    /// - Returns: Whether it does; if so, somebody must `drain`. A socket that was given up before still says why.
    mutating func attach(_ transport: any WebSocketTransport) -> Bool {
        switch state {
        case .pending: state = .open(transport)
        case .ending(nil) where !commands.isEmpty: state = .ending(transport)
        case .leaving(nil): state = .leaving(transport)
        case .fresh, .open, .ending, .leaving, .closed: return false
        }
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

    /// The object has sent something that may not leave yet.
    mutating func hold(_ command: Command) {
        if heldBytes == 0 { backlog = 0 }
        heldBytes += command.weight
        backlog = max(backlog, heldBytes)
    }

    /// Adds a command, which may leave; unless the socket has ended, or the other side has taken too little of what was
    /// submitted before.
    ///
    /// - Parameters:
    ///   - max: How many bytes may wait for the other side.
    ///   - wasHeld: Whether it was counted by `hold`.
    /// - Returns: False when the other side takes too little.
    mutating func submit(_ command: Command, max: Int, wasHeld: Bool = false) -> Bool {
        defer { if wasHeld { heldBytes -= command.weight } }
        if case .closed = state { return true }
        guard !isSealed else { return true }
        switch command {
        case .close: isSealed = true
        case .send: guard hasRoom(for: command, max: max) else { return false }
        }
        pendingBytes += command.weight
        commands.append(command)
        return true
    }

    /// Whether one more message may wait for the other side.
    ///
    /// Who has no more than `max` waiting has read well enough, and gets all that the disk has held back besides,
    /// although that comes at once. One message may go whatever its size when nothing waits.
    private mutating func hasRoom(for command: Command, max: Int) -> Bool {
        let waiting = pendingBytes + transportBytes
        if waiting <= max {
            // Who wants no limit may say `Int.max`.
            let (sum, isTooMuch) = max.addingReportingOverflow(heldBytes > 0 ? backlog : 0)
            patience = isTooMuch ? .max : sum
        }
        return waiting == 0 || waiting + command.weight <= patience
    }

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
            if case .leaving = state { clear() }
            return nil
        }
        pendingBytes -= command.weight
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
        case .fresh, .ending, .leaving, .closed: return nil
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
        pendingBytes = 0
        commands = [.close(code: error.closeCode, reason: error.description)]
        isSealed = true
        return end(.failed(error))
    }

    /// The object was told, or cannot be.
    ///
    /// - Parameter drops: The object cannot be told, so the other side shall see that something is wrong.
    /// - Returns: What is to be dropped.
    mutating func told(drops: Bool) -> (any WebSocketTransport)? {
        if case .closed = state { return nil }
        let transport = transport
        // Above all the close frame: somebody is taking it out just now, or nothing carries the socket yet.
        guard drops && !isSealed || commands.isEmpty else {
            isSealed = true
            state = .leaving(transport)
            return nil
        }
        clear()
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
