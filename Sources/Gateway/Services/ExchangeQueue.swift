import Synchronization

/// Gives each session's exchanges their turns; see ``ExchangeQueueStateMachine`` for the rules.
///
/// Cancellation: a waiting exchange whose task is cancelled leaves the queue and gets `CancellationError`.
package final class ExchangeQueue: Sendable {
    typealias Key = ExchangeQueueStateMachine.Key

    private struct State {
        var machine: ExchangeQueueStateMachine
        var waiters: [UInt64: CheckedContinuation<Bool, Never>] = [:]
        /// Answers that came before the waiter had suspended.
        var early: [UInt64: Bool] = [:]

        mutating func answer(_ ticket: UInt64, _ answer: Bool) -> CheckedContinuation<Bool, Never>? {
            if let waiter = waiters.removeValue(forKey: ticket) { return waiter }
            early[ticket] = answer
            return nil
        }
    }

    private let state: Mutex<State>

    /// Creates an empty queue.
    package init(limits: EdgeLimits) {
        let machine = ExchangeQueueStateMachine(
            waitingPerSession: limits.waitingPerSession,
            waitingInAll: limits.waitingInAll
        )
        state = Mutex(State(machine: machine))
    }

    /// Whether nothing runs or waits.
    package var isEmpty: Bool { state.withLock { $0.machine.isEmpty && $0.waiters.isEmpty && $0.early.isEmpty } }

    /// Waits for a turn in a session.
    ///
    /// - Throws: ``EdgeErrorCode/overloaded`` if too many wait already, `CancellationError`.
    package func enter(tenant: String, session: SessionID) async throws -> ExchangeTurn {
        let key = Key(tenant: tenant, session: session.text)
        let (ticket, entry) = state.withLock { $0.machine.enter(key) }
        switch entry {
        case .run: break
        case .refuse: throw EdgeError.overloaded("Too many requests wait for this session; try again shortly.")
        case .wait:
            guard await wait(key, ticket) else { throw CancellationError() }
        }
        return ExchangeTurn(queue: self, key: key, ticket: ticket)
    }

    private func wait(_ key: Key, _ ticket: UInt64) async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // Looked at again here: the turn, or the cancellation, may have come first.
                let early = state.withLock { state -> Bool? in
                    if let early = state.early.removeValue(forKey: ticket) { return early }
                    state.waiters[ticket] = continuation
                    return nil
                }
                if let early { continuation.resume(returning: early) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
                // Whoever was given the turn keeps it; the task notices its cancellation at the next step.
                guard state.machine.cancel(key, ticket) else { return nil }
                return state.answer(ticket, false)
            }
            waiter?.resume(returning: false)
        }
    }

    fileprivate func leave(_ key: Key, _ ticket: UInt64) {
        let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard let next = state.machine.leave(key, ticket) else { return nil }
            return state.answer(next, true)
        }
        waiter?.resume(returning: true)
    }
}

/// A session's turn: nobody else's exchange runs in it until this value is gone.
///
/// It ends by itself when the last reference goes, because an answer that is never written out is simply dropped by
/// the server.
package final class ExchangeTurn: Sendable {
    private let queue: ExchangeQueue
    private let key: ExchangeQueue.Key
    private let ticket: UInt64

    fileprivate init(queue: ExchangeQueue, key: ExchangeQueue.Key, ticket: UInt64) {
        self.queue = queue
        self.key = key
        self.ticket = ticket
    }

    deinit { queue.leave(key, ticket) }

    /// Ends the turn now; ending it twice does nothing.
    package func end() { queue.leave(key, ticket) }
}
