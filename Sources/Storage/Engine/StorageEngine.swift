/// What can be read in a transaction of either engine.
///
/// Spans point into the engine's memory and are valid in the closure only. Nothing here is generic over what a closure
/// returns: callers in other modules would otherwise run code that asks for types at run time.
protocol TableReader {
    /// Shows the value of a key; answers `false` when the key or the table is absent.
    func show(
        _ table: Table,
        _ key: [UInt8],
        to body: (RawSpan) throws(StorageError) -> Void
    ) throws(StorageError) -> Bool

    /// Shows key after key until `body` answers `false`.
    func scan(
        _ table: Table,
        _ range: KeyRange,
        reverse: Bool,
        _ body: (_ key: RawSpan, _ value: RawSpan) throws(StorageError) -> Bool
    ) throws(StorageError)
}

/// What can be done in a write transaction of either engine.
///
/// Its own changes are visible to its reads.
protocol TableWriter: TableReader {
    mutating func put(_ table: Table, _ key: [UInt8], _ value: [UInt8]) throws(StorageError)
    mutating func delete(_ table: Table, _ key: [UInt8]) throws(StorageError)
    mutating func deleteAll(_ table: Table, _ range: KeyRange) throws(StorageError)
    mutating func createTable(_ table: Table) throws(StorageError)
}

/// What the body of a write transaction wants to happen at its end.
enum WriteDecision {
    case commit
    case abort
}

/// How a write transaction ended.
enum WriteOutcome {
    /// Everything is durable, under this transaction number.
    case committed(UInt64)
    /// The body decided to abort; nothing changed.
    case aborted
    /// Nothing changed, and the store goes on: the disk or the map is full.
    case refused(StorageError)
    /// It is not known what reached the disk. The store must never commit again (invariant 7).
    case fatal(StorageError)
    /// The simulated machine is gone. If a number is given, everything became durable under it just before.
    case crashed(durable: UInt64?)
}

/// A place to keep tables: LMDB or memory.
///
/// Writes are serialised by the caller. A body may run twice, when the map had to grow in between, and must start
/// afresh each time.
protocol StorageEngine: Sendable {
    associatedtype Transaction: TableWriter

    func write(_ body: (inout Transaction) throws(StorageError) -> WriteDecision) -> WriteOutcome
    func read(_ body: (borrowing ReadTransaction) throws(StorageError) -> Void) throws(StorageError)
    /// Waits for reads to end and lets go of everything; called once, after the last write.
    func close()
}
