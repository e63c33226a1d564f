import Synchronization

/// A limit on how long an operation may take, which the operation may lift.
///
///     armed ── lift() ──▶ lifted        the operation may take as long as it needs; terminal
///       └───── expire() ─▶ expired      the operation was cancelled; terminal
///
/// The first of the two wins, so an operation that was told its limit is lifted is never cancelled by it.
final class TimeLimit: Sendable {
    private enum State { case armed, lifted, expired }
    private let state = Mutex(State.armed)

    /// Lifts the limit.
    ///
    /// - Returns: Whether that was in time.
    @discardableResult
    func lift() -> Bool {
        move(to: .lifted)
    }

    /// Whether the limit has passed before it was lifted.
    var hasExpired: Bool { state.withLock { $0 == .expired } }

    private func expire() -> Bool {
        move(to: .expired)
    }

    private func move(to target: State) -> Bool {
        state.withLock { state in
            switch state {
            case .armed:
                state = target
                return true
            case .lifted, .expired:
                return state == target
            }
        }
    }

    /// Runs an operation and cancels it when the limit has passed.
    ///
    /// Returns only after the operation has ended, so nothing of it outlives the call.
    ///
    /// - Parameters:
    ///   - limit: The longest time it may take.
    ///   - time: Where the time comes from.
    ///   - message: What the error says when the limit has passed.
    ///   - operation: The work; it gets the limit so that it can lift it.
    static func run<Result: Sendable>(
        _ limit: Duration,
        time: ModelTime,
        message: String,
        operation: @escaping @Sendable (TimeLimit) async -> Swift.Result<Result, ModelError>
    ) async throws(ModelError) -> Result {
        let timer = TimeLimit()
        let outcome = await withTaskGroup(of: Swift.Result<Result, ModelError>?.self) { group in
            group.addTask { await operation(timer) }
            group.addTask {
                do { try await time.sleep(limit) } catch { return nil }
                return timer.expire() ? .failure(ModelError(.timedOut, message)) : nil
            }
            // A watch that ends without expiring has nothing to say: then only the operation's result counts.
            var first: Swift.Result<Result, ModelError>?
            while first == nil, let next = await group.next() { first = next }
            group.cancelAll()
            return first
        }
        guard let outcome else { throw ModelError(.cancelled, "The call ended without a result.") }
        return try outcome.get()
    }
}
