extension Store {
    /// Opens the store in a directory, or creates it there.
    ///
    /// - Parameters:
    ///   - directory: An existing store, an empty directory, or a path where one can be made.
    ///   - options: How to open it.
    /// - Throws: `.inUse` when another store uses the directory; `.foreignDirectory` when it holds something else;
    ///   `.newerFormat`, `.readOnly`, `.corruption`, `.diskFull`, `.io`.
    public static func open(
        directory: String,
        options: StoreOptions = StoreOptions()
    ) throws(StorageError) -> Store {
        let engine = try LMDBEngine(directory: directory, options: options)
        do throws(StorageError) {
            let catalog = try prepare(engine)
            let committer = Committer(engine: engine, classes: catalog, options: options)
            let queue = CommitQueue(committer: .lmdb(committer), options: options)
            return try Store(engine: .lmdb(engine), catalog: catalog, queue: queue, options: options)
        } catch {
            engine.close()
            throw error
        }
    }

    /// Opens the store on a disk that exists only in memory, for tests and for running without a trace.
    ///
    /// - Parameters:
    ///   - disk: What is durable; it outlives the store and can show faults.
    ///   - options: How to open it.
    /// - Throws: `.inUse` when another store uses the disk.
    public static func inMemory(
        on disk: MemoryDisk = MemoryDisk(),
        options: StoreOptions = StoreOptions()
    ) throws(StorageError) -> Store {
        let engine = try MemoryEngine(disk: disk)
        do throws(StorageError) {
            let catalog = try prepare(engine)
            let committer = Committer(engine: engine, classes: catalog, options: options)
            let queue = CommitQueue(committer: .memory(committer), options: options) { [disk] in
                disk.state.withLock { $0.observer }
            }
            disk.connect(
                MemoryDisk.Attachment(
                    ticket: engine.ticket,
                    crash: { queue.crash() },
                    setHeld: { queue.setHeld($0) }
                )
            )
            return try Store(engine: .memory(engine), catalog: catalog, queue: queue, options: options)
        } catch {
            engine.close()
            throw error
        }
    }

    private static func prepare(_ engine: some StorageEngine) throws(StorageError) -> ClassCatalog {
        var classes: [ClassRecord] = []
        let outcome = engine.write { tables throws(StorageError) in
            classes = try StoreFormat.prepare(&tables)
            return .commit
        }
        switch outcome {
        case .committed: return ClassCatalog(classes)
        case .aborted: preconditionFailure("Opening never decides to abort.")
        case .refused(let error), .fatal(let error): throw error
        case .crashed: throw .isClosed
        }
    }
}
