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
