/// Asks a silent client whether it is still there, and notices that it is not.
///
/// A pure value. One timer serves a connection: whatever comes in only notes the time, and the timer, when it fires,
/// finds out how long to wait further. A busy connection therefore sets no more timers than a silent one.
///
///     listening ── timerFired(), silent ──▶ asked ── timerFired(), a sign since ──▶ listening
///        └── timerFired(), not silent ─▶ listening    └── timerFired(), none ─▶ (gone)
struct KeepAliveStateMachine: Sendable {
    enum Action: Hashable, Sendable {
        /// Have the timer fire again.
        case wait(Duration)
        /// Send a ping, and have the timer fire again.
        case ping(thenWait: Duration)
        /// The client is gone.
        case giveUp
    }

    private enum State: Sendable {
        /// The client is taken to be there. Can transition to: asked.
        case listening
        /// A ping was sent at this time. Can transition to: listening.
        case asked(at: Duration)
    }

    private let pingAfter: Duration
    private let pongWithin: Duration
    private var state = State.listening
    private var lastSign: Duration

    init(_ settings: WebSocketSettings, now: Duration) {
        pingAfter = settings.pingAfter
        pongWithin = settings.pongWithin
        lastSign = now
    }

    /// Something has come from the client.
    mutating func heard(at now: Duration) { lastSign = now }

    /// The timer has fired.
    ///
    /// - Parameter isDeaf: Whether reading is held back at the moment, so that a sign of life could not be seen.
    mutating func timerFired(at now: Duration, isDeaf: Bool) -> Action {
        if isDeaf {
            lastSign = now
            state = .listening
            return .wait(pingAfter)
        }
        if case .asked(let asked) = state {
            guard lastSign >= asked else { return .giveUp }
            state = .listening
        }
        let silence = now - lastSign
        guard silence >= pingAfter else { return .wait(pingAfter - silence) }
        state = .asked(at: now)
        return .ping(thenWait: pongWithin)
    }
}
