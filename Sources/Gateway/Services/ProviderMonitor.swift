package import RoostRuntime
import Synchronization

/// Knows from the calls that are made anyway whether the models' provider answers.
///
/// After five failures in a row the provider counts as failing; half a minute after the last of them it counts as
/// answering again, because a server that is not ready gets no requests from which it could learn better.
package final class ProviderMonitor: Sendable {
    static let failuresMax = 5
    static let recovery = Duration.seconds(30)

    private struct State {
        var failures = 0
        var lastFailure: Duration?
    }

    private let state = Mutex(State())
    private let clock: any RuntimeClock

    /// Creates a monitor that has seen nothing.
    package init(clock: any RuntimeClock) {
        self.clock = clock
    }

    /// Whether the provider answers, as far as is known.
    package var isAnswering: Bool {
        let now = clock.elapsed
        return state.withLock { state in
            guard state.failures >= Self.failuresMax, let last = state.lastFailure else { return true }
            return now - last >= Self.recovery
        }
    }

    func succeeded() {
        state.withLock { $0 = State() }
    }

    func failed(_ error: ModelError) {
        // Only what the provider is to blame for: not a reader who left, not a request it rightly refused.
        guard error.code != .cancelled, error.code != .notAllowed, error.code != .rejected else { return }
        let now = clock.elapsed
        state.withLock { state in
            state.failures += 1
            state.lastFailure = now
        }
    }
}
