extension Store {
    /// What the store remembers of the past of its classes, as it was given; `nil` when it was never told.
    public func classHistory() throws(StorageError) -> [UInt8]? {
        try read { transaction throws(StorageError) in try ClassHistoryRow.read(from: transaction.backing) }
    }

    /// Changes classes and what is remembered of them, durably and in one transaction.
    ///
    /// Whenever the process ends, either nothing was done or everything. Objects of the classes concerned must be
    /// asleep: their instances would go on under the old key. What a deleted class held is out of sight at once; its
    /// room is given back by ``reclaimDeletedClasses(_:)``.
    ///
    /// - Parameters:
    ///   - changes: What is to be done, in this order.
    ///   - history: What is remembered from then on.
    ///   - previous: What must be remembered until then, so that nobody's change is lost.
    /// - Throws: `.notFound` and `.invalid` when a change does not fit the classes, or `previous` the store; then
    ///   nothing was done.
    public func changeClasses(
        _ changes: [ClassDirectoryChange],
        history: [UInt8],
        replacing previous: [UInt8]?
    ) throws(StorageError) {
        let transaction = ClassTransaction(changes: changes, history: history, previous: previous)
        try changingClasses { () throws(StorageError) in try queue.committer.changeClasses(transaction) }
    }

    /// The disk under a store in memory.
    package var disk: MemoryDisk? {
        if case .memory(let engine) = engine { engine.disk } else { nil }
    }

    /// Whether something is left of deleted classes.
    public func hasDeletedClasses() throws(StorageError) -> Bool {
        try read { transaction throws(StorageError) in !(try DeletedClasses.numbers(in: transaction.backing).isEmpty) }
    }

    /// Removes what deleted classes have left, in pieces between which other commits pass.
    ///
    /// It may be stopped at any time, by the end of the process as well, and goes on where it was when it is called
    /// again. Pages that become free are used again by what is stored next.
    ///
    /// - Parameter goesOn: Asked after each piece that has removed something.
    @discardableResult
    public func reclaimDeletedClasses(_ goesOn: () -> Bool = { true }) throws(StorageError) -> ReclaimedSpace {
        try reclaimDeletedClasses(rows: StorageLimits.reclaimedRows, goesOn)
    }

    /// Removes what deleted classes have left while the store is used, and does not wait for the end of it.
    ///
    /// The writer does it, in small pieces between the commits of objects, until nothing is left or the store is
    /// closed; then it is to be asked for again. In a store in memory it is done at once.
    public func beginReclaimingDeletedClasses() throws(StorageError) {
        if case .lmdb = engine, queue.hasThread { queue.beginRemoval() } else { try reclaimDeletedClasses() }
    }

    /// Waits for the end of what ``beginReclaimingDeletedClasses()`` has begun.
    package func waitForReclamation() { queue.waitForRemoval() }

    /// Removes what deleted classes have left, so many rows at a time.
    package func reclaimDeletedClasses(rows: Int, _ goesOn: () -> Bool) throws(StorageError) -> ReclaimedSpace {
        var reclamation = ClassReclamation()
        var hasRemoved = false
        repeat {
            hasRemoved = try changingClasses { () throws(StorageError) in
                try queue.committer.reclaim(&reclamation, limit: rows)
            }
            // A piece that only looked is no progress to be stopped after.
        } while !reclamation.isDone && (!hasRemoved || goesOn())
        return reclamation.space
    }
}
