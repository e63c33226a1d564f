/// What became of a group of batches.
struct GroupOutcome: Sendable {
    /// What the store may do after the group.
    enum Fate: Sendable {
        case goesOn
        case halts(StorageError)
        /// The simulated machine is gone.
        case crashed
    }

    /// One for each batch, in order.
    var results: [Result<CommitReceipt, StorageError>]
    /// The transaction that made those of the group durable which were, even if nobody may be told.
    var durable: UInt64?
    /// The places of the batches that became durable.
    var durableBatches: [Int]
    var fate: Fate
}

/// Commits groups; hides which engine does it.
protocol GroupCommitter: Sendable {
    func commit(_ group: [PendingBatch]) -> GroupOutcome
    func registerClass(_ key: ClassKey, storage: StorageKind, uniqueKey: String) throws(StorageError) -> ClassRecord
    /// Lets go of the engine; called once, after the last commit.
    func close()
}
