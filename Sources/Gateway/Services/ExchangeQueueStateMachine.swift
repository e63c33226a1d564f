/// Lets the exchanges of one session run one after the other, in order of arrival.
///
/// Invariants
/// 1. Of one session at most one exchange runs; the others wait in the order in which they came.
/// 2. At most `waitingPerSession` wait in one session and `waitingInAll` in all; who comes after that is refused.
/// 3. A session nobody uses takes no memory.
///
///     enter() ─▶ running ── leave() ─▶ gone, the first that waits runs
///        │
///        └─────▶ waiting ── cancel() ─▶ gone
///        │          └── (another leaves) ─▶ running
///        └─────▶ refused
struct ExchangeQueueStateMachine {
    /// Names a session in the whole server.
    struct Key: Hashable, Sendable {
        var tenant: String
        var session: String
    }

    enum Entry: Equatable {
        case run
        case wait
        case refuse
    }

    private struct Session {
        var running: UInt64
        var waiting: [UInt64] = []
    }

    private let waitingPerSession: Int
    private let waitingInAll: Int
    private var sessions: [Key: Session] = [:]
    private var waitingCount = 0
    private var nextTicket: UInt64 = 1

    init(waitingPerSession: Int, waitingInAll: Int) {
        self.waitingPerSession = waitingPerSession
        self.waitingInAll = waitingInAll
    }

    /// Whether nothing runs or waits.
    var isEmpty: Bool { sessions.isEmpty }

    /// Gives an exchange its place before it suspends, so that order is decided by arrival and nothing else.
    mutating func enter(_ key: Key) -> (ticket: UInt64, entry: Entry) {
        let ticket = nextTicket
        nextTicket += 1
        guard var session = sessions[key] else {
            sessions[key] = Session(running: ticket)
            return (ticket, .run)
        }
        guard session.waiting.count < waitingPerSession, waitingCount < waitingInAll else { return (ticket, .refuse) }
        session.waiting.append(ticket)
        waitingCount += 1
        sessions[key] = session
        return (ticket, .wait)
    }

    /// Ends a running exchange; returns the one that runs next.
    mutating func leave(_ key: Key, _ ticket: UInt64) -> UInt64? {
        guard var session = sessions[key], session.running == ticket else { return nil }
        guard !session.waiting.isEmpty else {
            sessions[key] = nil
            return nil
        }
        session.running = session.waiting.removeFirst()
        waitingCount -= 1
        sessions[key] = session
        return session.running
    }

    /// Takes a waiting exchange out; says whether it was still waiting.
    mutating func cancel(_ key: Key, _ ticket: UInt64) -> Bool {
        guard let index = sessions[key]?.waiting.firstIndex(of: ticket) else { return false }
        sessions[key]?.waiting.remove(at: index)
        waitingCount -= 1
        return true
    }
}
