import DequeModule

/// Which changes of an object belong to which batch: the open one, and those on their way to the disk.
///
/// Invariants
/// 1. Batches are numbered without a gap; only the open one ever gets changes.
/// 2. A batch is closed at most once, and only when it was opened by a change.
/// 3. `uncommittedBytes` is the sum over all batches that are not durable, the open one included.
///
/// A value of its own, so that closing a batch is one access to the buffer and not one for each of these.
struct BatchLedger {
    /// The batch that gets changes.
    private(set) var open: UInt64 = 1
    /// Whether the open batch holds something.
    private(set) var isDirty = false
    /// Whether the open batch holds something confirmed.
    private(set) var isConfirmed = false
    /// Bytes that were put and are not durable yet.
    ///
    /// Overwritten ones count until their batch is durable.
    private(set) var uncommittedBytes = 0
    private var openBytes = 0
    /// The keys of the open batch; some twice, when a rollback came between.
    private var touched: [[UInt8]] = []
    private var closed: Deque<Closed> = []

    /// A batch on its way to the disk.
    struct Closed {
        let batch: UInt64
        /// In order; some twice.
        let keys: [[UInt8]]
        fileprivate let bytes: Int
    }

    /// Whether every batch that was closed is durable.
    var isSettled: Bool { closed.isEmpty }

    /// Begins after the last batch that the store has of the object.
    mutating func begin(lastBatch: UInt64) {
        precondition(!isDirty, "A buffer begins empty.")
        open = lastBatch + 1
    }

    /// Notes that a key belongs to the open batch, unless it did before.
    mutating func touch(_ key: [UInt8], isNew: Bool, bytes: Int) {
        if isNew { touched.append(key) }
        count(bytes: bytes)
    }

    /// Counts bytes that belong to the open batch.
    mutating func count(bytes: Int) {
        openBytes += bytes
        uncommittedBytes += bytes
    }

    /// Notes that the open batch holds a change.
    mutating func mark(confirmed: Bool) -> ObjectBuffer.Effect {
        if !isDirty {
            isDirty = true
            isConfirmed = confirmed
            return .opened(confirmed: confirmed)
        }
        guard confirmed, !isConfirmed else { return .none }
        isConfirmed = true
        return .confirmed
    }

    /// What was confirmed in the open batch was undone.
    mutating func unconfirm() { isConfirmed = false }

    /// Closes the open batch; nil when it holds nothing.
    mutating func close() -> Closed? {
        guard isDirty else { return nil }
        if touched.count > 1 { touched.sort { $0.lexicographicallyPrecedes($1) } }
        let batch = Closed(batch: open, keys: touched, bytes: openBytes)
        closed.append(batch)
        open += 1
        openBytes = 0
        isDirty = false
        isConfirmed = false
        touched = []
        return batch
    }

    /// The first batch that was closed, taken out if it is durable by now.
    mutating func popFirst(durable: UInt64) -> Closed? {
        guard let first = closed.first, first.batch <= durable else { return nil }
        uncommittedBytes -= first.bytes
        return closed.removeFirst()
    }
}
