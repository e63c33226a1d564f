import Synchronization

/// Lets callers through one at a time, when told to; the means by which a test holds a scripted model.
///
/// Each release lets exactly one caller pass, in order of arrival, whether it came before the release or comes after.
///
/// Cancellation: a cancelled caller leaves the queue and is told so; it uses up no release.
package final class Turnstile: Sendable {
    private struct State {
        var arrivals = 0
        var releases = 0
        var waiting: [(ticket: Int, continuation: CheckedContinuation<Bool, Never>)] = []
        var cancelled: Set<Int> = []
        var observers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    /// Creates a closed turnstile.
    package init() {}

    /// How many callers have come so far.
    package var arrivals: Int { state.withLock(\.arrivals) }

    /// Waits for a release.
    ///
    /// - Returns: Whether it was let through; `false` when the task was cancelled.
    package func pass() async -> Bool {
        let (ticket, observers) = state.withLock { state in
            state.arrivals += 1
            return (state.arrivals, Self.takeReachedObservers(&state))
        }
        for observer in observers { observer.resume() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // The state is looked at again here: a release or a cancellation may have come first.
                let answer: Bool? = state.withLock { state in
                    if state.cancelled.remove(ticket) != nil { return false }
                    if state.releases > 0 {
                        state.releases -= 1
                        return true
                    }
                    state.waiting.append((ticket, continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let continuation = state.withLock { state -> CheckedContinuation<Bool, Never>? in
                guard let index = state.waiting.firstIndex(where: { $0.ticket == ticket }) else {
                    state.cancelled.insert(ticket)
                    return nil
                }
                return state.waiting.remove(at: index).continuation
            }
            continuation?.resume(returning: false)
        }
    }

    /// Lets callers through, or the next ones to come.
    package func release(_ count: Int = 1) {
        let passing = state.withLock { state -> [CheckedContinuation<Bool, Never>] in
            state.releases += count
            let number = min(state.releases, state.waiting.count)
            let passing = state.waiting.prefix(number).map(\.continuation)
            state.waiting.removeFirst(number)
            state.releases -= number
            return passing
        }
        for continuation in passing { continuation.resume(returning: true) }
    }

    /// Waits until this many callers have come in all.
    package func waitForArrivals(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let reached = state.withLock { state in
                if state.arrivals >= count { return true }
                state.observers.append((count, continuation))
                return false
            }
            if reached { continuation.resume() }
        }
    }

    private static func takeReachedObservers(_ state: inout State) -> [CheckedContinuation<Void, Never>] {
        let reached = state.observers.filter { $0.count <= state.arrivals }.map(\.continuation)
        state.observers.removeAll { $0.count <= state.arrivals }
        return reached
    }
}
