/// Stops asking a provider that keeps failing, and finds out carefully whether it has recovered.
///
///     closed ── failures in a row reach the threshold ──▶ open
///     open ── admit() once the pause is over ──▶ halfOpen (the admitted call is the trial)
///     halfOpen ── the trial succeeds ──▶ closed
///     halfOpen ── the trial fails ──▶ open
///     halfOpen ── the trial is abandoned ──▶ open with no pause left
///
/// Invariants
/// 1. In `halfOpen` exactly one call is under way that was admitted there.
/// 2. A result counts only in the state its call was admitted in: each transition starts a new generation, and a
///    ticket of an older one is ignored. A slow call from before the break can therefore neither close nor reopen it.
///
/// A pure value: the owner serialises the calls and supplies the time.
package struct CircuitBreaker: Sendable {
    /// How many failures open the breaker, and for how long.
    package struct Configuration: Sendable, Hashable {
        /// Failures in a row that open it.
        ///
        /// Default 5, at least 1.
        package var threshold: Int
        /// How long it stays open before a trial.
        ///
        /// Default 15 s.
        package var pause: Duration

        /// Creates a configuration.
        package init(threshold: Int = 5, pause: Duration = .seconds(15)) {
            self.threshold = max(1, threshold)
            self.pause = pause
        }
    }

    /// Permission for one call; handed back with its result.
    package struct Ticket: Sendable, Hashable {
        fileprivate let generation: UInt64
    }

    /// Whether a call may be made.
    package enum Admission: Sendable, Hashable {
        /// It may; report its result with the ticket.
        case proceed(Ticket)
        /// It may not; the time is until a trial is possible, at least.
        case refuse(retryAfter: Duration)
    }

    private enum State: Sendable {
        /// Calls pass. Exits: `failed` at the threshold -> open.
        case closed(failures: Int)
        /// Calls are refused. Exits: `admit` after `until` -> halfOpen.
        case open(until: Duration)
        /// One trial is under way, others are refused. Exits: `succeeded` -> closed; `failed`, `abandoned` -> open.
        case halfOpen
    }

    private let configuration: Configuration
    private var state = State.closed(failures: 0)
    private var generation: UInt64 = 0

    /// Creates a closed breaker.
    package init(_ configuration: Configuration = Configuration()) {
        self.configuration = configuration
    }

    /// Whether calls pass freely; what a readiness check reports.
    package var isClosed: Bool {
        switch state {
        case .closed: true
        case .open, .halfOpen: false
        }
    }

    /// Asks for permission to call.
    package mutating func admit(now: Duration) -> Admission {
        switch state {
        case .closed:
            return .proceed(Ticket(generation: generation))
        case .open(let until):
            guard now >= until else { return .refuse(retryAfter: until - now) }
            move(to: .halfOpen)
            return .proceed(Ticket(generation: generation))
        case .halfOpen:
            return .refuse(retryAfter: configuration.pause)
        }
    }

    /// Reports that the provider answered, even if only to refuse the request.
    package mutating func succeeded(_ ticket: Ticket) {
        guard ticket.generation == generation else { return }
        switch state {
        case .closed: state = .closed(failures: 0)
        case .halfOpen: move(to: .closed(failures: 0))
        case .open: break
        }
    }

    /// Reports that the provider failed.
    package mutating func failed(_ ticket: Ticket, now: Duration) {
        guard ticket.generation == generation else { return }
        switch state {
        case .closed(let failures) where failures + 1 < configuration.threshold:
            state = .closed(failures: failures + 1)
        case .closed, .halfOpen:
            move(to: .open(until: now + configuration.pause))
        case .open:
            break
        }
    }

    /// Reports that the call was given up before it showed anything about the provider.
    package mutating func abandoned(_ ticket: Ticket, now: Duration) {
        guard ticket.generation == generation else { return }
        switch state {
        case .halfOpen: move(to: .open(until: now))
        case .closed, .open: break
        }
    }

    private mutating func move(to next: State) {
        state = next
        generation += 1
    }
}
