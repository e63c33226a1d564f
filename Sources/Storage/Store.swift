import Synchronization

/// The store: durable keys and values of objects, committed in groups.
///
/// Reads run on the calling thread and see what was durable when they began. Batches are queued, and committed by
/// one writer, as many as are waiting in one transaction with one sync; nothing is delayed to make groups larger.
///
/// Guarantees
/// 1. A batch whose completion got a receipt is durable: it survives the end of the process and of the power.
/// 2. A batch is visible as a whole or not at all, to reads and after a restart.
/// 3. Batches of one lane commit in the order in which they were given.
/// 4. When it is not known what reached the disk the store halts: it never commits again and reading goes on.
///
/// Isolation: everything may be called from any thread, except that `close()` must not be called within a read.
public final class Store: Sendable {
    let engine: Engine
    let catalog: ClassCatalog
    let queue: CommitQueue
    private let ending: Mutex<Ending>

    /// The two places where a store can be.
    ///
    /// An enumeration keeps the read path free of dynamic dispatch.
    enum Engine: Sendable {
        case lmdb(LMDBEngine)
        case memory(MemoryEngine)
    }

    private struct Ending {
        var hasBegun = false
        var thread: WriterThread?
    }

    init(engine: Engine, catalog: ClassCatalog, queue: CommitQueue, options: StoreOptions) throws(StorageError) {
        self.engine = engine
        self.catalog = catalog
        self.queue = queue
        var thread: WriterThread?
        if case .thread = options.writer {
            thread = try WriterThread { queue.runThread() }
        }
        ending = Mutex(Ending(thread: thread))
    }

    deinit {
        close()
    }

    // MARK: Writing

    /// Queues a batch to be made durable.
    ///
    /// It never waits for the disk. A batch that follows a failed one of its lane fails too and never reaches the
    /// disk.
    ///
    /// - Parameters:
    ///   - batch: The changes of one object, with the next sequence number of that object.
    ///   - lane: The lane of the instance that made the changes.
    ///   - completion: Called exactly once: with a receipt when the batch is durable, or with the reason why it never
    ///     will be. Completions come in the order of the batches, where commits run. Only what is refused at
    ///     once – `.overloaded`, `.halted`, `.closed`, a later batch of a failed lane – is told on the calling thread
    ///     before this method returns. A completion must be quick.
    public func commit(
        _ batch: consuming Batch,
        lane: CommitLane,
        completion: @escaping @Sendable (Result<CommitReceipt, StorageError>) -> Void
    ) {
        queue.enqueue(PendingBatch(batch, lane: lane, completion: completion))
    }

    /// Makes a class known to the store, durably, and returns its record.
    ///
    /// Registering a class again gives the same record. It waits for the disk, so it belongs to start-up.
    ///
    /// - Throws: `.invalid` when the class exists with another storage kind or unique key.
    public func registerClass(
        _ key: ClassKey,
        storage: StorageKind,
        uniqueKey: String
    ) throws(StorageError) -> ClassRecord {
        try changingClasses { () throws(StorageError) in
            try queue.committer.registerClass(key, storage: storage, uniqueKey: uniqueKey)
        }
    }

    /// Runs what writes without being a batch.
    func changingClasses<R>(_ body: () throws(StorageError) -> R) throws(StorageError) -> R {
        switch status {
        case .closed: throw .isClosed
        case .halted(let reason): throw StorageError(.halted, "The store accepts no more writes (\(reason)); restart.")
        case .ok: break
        }
        do throws(StorageError) {
            return try body()
        } catch {
            if error.code == .halted {
                queue.halt(because: error)
            } else if error.code == .closed {
                // The simulated machine has stopped in the middle of it.
                queue.crash()
            }
            throw error
        }
    }

    // MARK: Reading

    /// Runs `body` with a consistent view of the store.
    ///
    /// - Throws: `.closed`; `.overloaded` when too many reads are going on; whatever `body` throws.
    @inlinable public func read<R>(
        _ body: (borrowing ReadTransaction) throws(StorageError) -> R
    ) throws(StorageError) -> R {
        var result: R?
        try perform { transaction throws(StorageError) in
            result = try body(transaction)
        }
        guard let result else { preconditionFailure("A read ended without having run.") }
        return result
    }

    /// The part of ``read(_:)`` that is not compiled into every caller.
    @usableFromInline func perform(
        _ body: (borrowing ReadTransaction) throws(StorageError) -> Void
    ) throws(StorageError) {
        switch engine {
        case .lmdb(let engine): try engine.read(body)
        case .memory(let engine): try engine.read(body)
        }
    }

    // MARK: State

    /// Whether the store takes commits.
    public var status: StoreStatus {
        queue.status
    }

    /// What the store has done since it was opened.
    public var statistics: StoreStatistics {
        queue.statistics
    }

    /// Closes the store.
    ///
    /// New commits are refused, what is queued is still committed, then everything is let go, so that the store can
    /// be opened again. Closing twice does nothing. In a completion it returns before the last group is done.
    ///
    /// - Precondition: The calling thread is not in a read of this store.
    public func close() {
        if case .lmdb(let engine) = engine {
            engine.preconditionNotReading()
        }
        let thread = ending.withLock { ending -> WriterThread?? in
            guard !ending.hasBegun else { return nil }
            ending.hasBegun = true
            return .some(ending.thread)
        }
        guard let thread else { return }
        queue.beginClosing()
        if let thread {
            // The thread lets go of the engine itself, also when it cannot be waited for because this is it.
            thread.finish()
        } else {
            queue.drain()
            queue.endClosing()
        }
    }
}
