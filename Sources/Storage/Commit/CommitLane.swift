import Synchronization

/// Keeps the batches of one instance together: they commit in order, and after one has failed none does.
///
/// An instance whose commit failed has seen data that will never exist, so whatever it wrote later must not reach
/// the disk (invariant 5). A fresh instance of the same object uses a fresh lane.
public final class CommitLane: Sendable {
    private struct State {
        var failure: StorageError?
        /// A batch was not even queued, so no later one may be.
        ///
        /// Those queued before it are not concerned.
        var refusal: StorageError?
    }

    private let state = Mutex(State())

    /// Makes a lane that has not failed.
    public init() {}

    /// The error that failed the lane, if one did.
    public var failure: StorageError? {
        state.withLock { $0.failure }
    }

    /// Why nothing more may be queued, if so.
    var refusal: StorageError? {
        state.withLock { $0.failure ?? $0.refusal }
    }

    /// Fails the lane, with what is queued in it; the first error stays.
    package func fail(_ error: StorageError) {
        state.withLock { $0.failure = $0.failure ?? error }
    }

    /// Lets nothing more be queued; the first error stays.
    func refuse(_ error: StorageError) {
        state.withLock { $0.refusal = $0.refusal ?? error }
    }
}

extension StorageError {
    /// What later batches of a failed lane get.
    static func laneFailed(by error: StorageError) -> StorageError {
        StorageError(.laneFailed, "An earlier batch of this instance failed: \(error.message)")
    }
}
