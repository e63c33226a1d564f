/// Whether a store takes commits.
public enum StoreStatus: Sendable, Equatable {
    /// It reads and commits.
    case ok

    /// It reads, but commits no more, because the system could not say what reached the disk.
    case halted(reason: String)

    /// It was closed, or its simulated machine crashed.
    case closed
}

/// Counters of a store since it was opened.
public struct StoreStatistics: Sendable, Equatable {
    /// The store transactions that were made durable for batches.
    public internal(set) var commits: UInt64 = 0

    /// The batches that were made durable.
    public internal(set) var batches: UInt64 = 0

    /// The batches that failed after they were queued.
    public internal(set) var failedBatches: UInt64 = 0

    /// The batches that were refused because too much was waiting.
    public internal(set) var refusedBatches: UInt64 = 0

    /// The bytes of the committed batches, keys and payloads.
    public internal(set) var bytes: UInt64 = 0

    /// The most batches that were committed in one transaction.
    public internal(set) var largestGroup: Int = 0

    /// The batches that wait now.
    public internal(set) var queuedBatches: Int = 0

    /// The bytes that wait now.
    public internal(set) var queuedBytes: Int = 0
}
