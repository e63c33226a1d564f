import Synchronization

/// What somebody waits for, told by whoever is first.
///
/// Later tellings change nothing.
///
/// Isolation: any thread may tell; one task waits.
final class Outcome<Success: Sendable>: Sendable {
    private enum State {
        /// Can transition to: awaited, told.
        case open
        /// Can transition to: told.
        case awaited(CheckedContinuation<Success, any Error>)
        /// Terminal.
        case told(Result<Success, any Error>)
    }

    private let state = Mutex(State.open)

    func tell(_ result: Result<Success, any Error>) {
        let continuation = state.withLock { state -> CheckedContinuation<Success, any Error>? in
            switch state {
            case .told: return nil
            case .open:
                state = .told(result)
                return nil
            case .awaited(let continuation):
                state = .told(result)
                return continuation
            }
        }
        continuation?.resume(with: result)
    }

    /// Returns or throws what is told.
    func value() async throws -> Success {
        try await withCheckedThrowingContinuation { continuation in
            let known = state.withLock { state -> Result<Success, any Error>? in
                switch state {
                case .told(let result): return result
                case .open:
                    state = .awaited(continuation)
                    return nil
                case .awaited: preconditionFailure("Two tasks wait for one outcome.")
                }
            }
            if let known { continuation.resume(with: known) }
        }
    }
}
