@testable import RoostStorage

/// The outcome of a queued batch, which one test may await before or after it is there.
///
/// A `Monitor` instead of a `Mutex`, whose waiting the thread sanitizer cannot see on Linux.
final class PendingOutcome: Sendable {
    typealias Outcome = Result<CommitReceipt, StorageError>

    private struct State {
        var outcome: Outcome?
        var waiter: CheckedContinuation<Outcome, Never>?
        var resolutions = 0
    }

    private let state = Monitor(State())

    /// How often the completion was called; more than once is a bug.
    var resolutions: Int { state.withLock { $0.resolutions } }

    /// The outcome, if it is there already.
    var current: Outcome? { state.withLock { $0.outcome } }

    func resolve(_ outcome: Outcome) {
        let waiter = state.withLock { state in
            state.outcome = outcome
            state.resolutions += 1
            return state.waiter.take()
        }
        waiter?.resume(returning: outcome)
    }

    var value: Outcome {
        get async {
            await withCheckedContinuation { continuation in
                let outcome = state.withLock { state in
                    if state.outcome == nil {
                        state.waiter = continuation
                    }
                    return state.outcome
                }
                if let outcome {
                    continuation.resume(returning: outcome)
                }
            }
        }
    }

    var error: StorageError? {
        get async {
            if case .failure(let error) = await value { error } else { nil }
        }
    }
}
