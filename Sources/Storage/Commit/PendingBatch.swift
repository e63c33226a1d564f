/// A batch that waits for the writer.
///
/// A class, because it goes through several lists on its way and is not copied in any.
final class PendingBatch: Sendable {
    typealias Completion = @Sendable (Result<CommitReceipt, StorageError>) -> Void

    let batch: Batch
    let lane: CommitLane
    let completion: Completion
    /// What it counts for in the limits.
    let byteCount: Int
    /// Why it can never be committed, if so.
    ///
    /// It is queued all the same, so that its completion comes in order.
    let rejection: StorageError?

    init(_ batch: consuming Batch, lane: CommitLane, completion: @escaping Completion) {
        byteCount = batch.changes.reduce(StorageLimits.changeOverheadBytes) { $0 + $1.byteCount }
        rejection = BatchCheck.problem(of: batch, byteCount: byteCount)
        self.batch = batch
        self.lane = lane
        self.completion = completion
    }
}

/// What can be said against a batch without looking into the store.
enum BatchCheck {
    static func problem(of batch: Batch, byteCount: Int) -> StorageError? {
        if byteCount > StorageLimits.batchBytes {
            return tooLarge("The batch has \(byteCount) bytes", StorageLimits.batchBytes)
        }
        if let count = batch.name?.utf8.count, count > StorageLimits.nameBytes {
            return tooLarge("The object's name has \(count) bytes", StorageLimits.nameBytes)
        }
        for change in batch.changes {
            if let problem = problem(of: change) { return problem }
        }
        return nil
    }

    private static func problem(of change: Change) -> StorageError? {
        switch change {
        case .put(let space, let key, _, let payload):
            if payload.count > StorageLimits.payloadBytes {
                return tooLarge("A value has \(payload.count) bytes", StorageLimits.payloadBytes)
            }
            return problem(ofKey: key, in: space)
        case .delete(let space, let key):
            return problem(ofKey: key, in: space)
        case .deleteAll:
            return nil
        }
    }

    private static func problem(ofKey key: [UInt8], in space: Space) -> StorageError? {
        if key.count > StorageLimits.keyBytes {
            return tooLarge("A key has \(key.count) bytes", StorageLimits.keyBytes)
        }
        if space == .metadata, key == MetaKey.sequence {
            return StorageError(.invalid, "The metadata key “sequence” belongs to the store; use another key.")
        }
        return nil
    }

    private static func tooLarge(_ what: String, _ limit: Int) -> StorageError {
        StorageError(.tooLarge, "\(what), and the store takes \(limit) at most; store less at once.")
    }
}
