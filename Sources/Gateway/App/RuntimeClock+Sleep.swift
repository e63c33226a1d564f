import RoostRuntime
import Synchronization

extension RuntimeClock {
    /// Waits on this clock.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    func sleep(for duration: Duration) async throws {
        let sleeper = Sleeper()
        let timer = schedule(after: duration) { sleeper.wake(true) }
        let isOver = await withTaskCancellationHandler {
            await sleeper.wait()
        } onCancel: {
            cancel(timer)
            sleeper.wake(false)
        }
        guard isOver else { throw CancellationError() }
    }
}

/// Suspends one task until it is woken, before or after it suspended.
private final class Sleeper: Sendable {
    private enum State {
        case awake
        case asleep(CheckedContinuation<Bool, Never>)
        case woken(Bool)
    }

    private let state = Mutex(State.awake)

    func wait() async -> Bool {
        await withCheckedContinuation { continuation in
            let early = state.withLock { state -> Bool? in
                if case .woken(let result) = state { return result }
                state = .asleep(continuation)
                return nil
            }
            if let early { continuation.resume(returning: early) }
        }
    }

    func wake(_ result: Bool) {
        let continuation = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            switch state {
            case .woken: return nil
            case .awake:
                state = .woken(result)
                return nil
            case .asleep(let continuation):
                state = .woken(result)
                return continuation
            }
        }
        continuation?.resume(returning: result)
    }
}
