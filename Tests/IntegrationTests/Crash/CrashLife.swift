import Glibc
import RoostRuntime
import Synchronization

/// One life of the server in the crash test: it ends after a number of acknowledgements, and a moment later.
///
/// Counting acknowledgements makes every life do something however slow the machine is; the moment after the last
/// one, drawn by seed, puts the end anywhere in the requests that are under way.
final class CrashLife: Sendable {
    private struct State {
        var remaining: Int
        var isOver = false
        var failures: [String] = []
    }

    private let process: ChildProcess
    private let delay: Duration
    private let state: Mutex<State>

    init(_ process: ChildProcess, endingAfter count: Int, delay: Duration) {
        self.process = process
        self.delay = delay
        state = Mutex(State(remaining: count))
    }

    /// Whether the server was killed, or is being killed at this moment.
    var isOver: Bool { state.withLock(\.isOver) }

    /// What went wrong while the server lived.
    var failures: [String] { state.withLock(\.failures) }

    /// Counts something that a client was told.
    func acknowledged() {
        let isLast = state.withLock { state in
            state.remaining -= 1
            return state.remaining == 0
        }
        if isLast { end() }
    }

    /// Kills the server after the delay.
    func end() {
        // Held by the timer alone from here on, so that nobody has to wait for it.
        _ = RuntimeSeams.live.clock.schedule(after: delay) { [self] in
            state.withLock { $0.isOver = true }
            process.send(SIGKILL)
        }
    }

    /// Notes an error that a client got; once the server is being killed, lost connections are what is wanted.
    func failed(_ error: any Error, of client: String) {
        state.withLock { state in
            let isLostConnection = state.isOver && !(error is EdgeClient.UnexpectedAnswer)
            if !isLostConnection { state.failures.append("\(client): \(error)") }
        }
    }
}
