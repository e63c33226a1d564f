/// The in-memory engine: transactions are copies of what is durable on a ``MemoryDisk``.
struct MemoryEngine: StorageEngine {
    let disk: MemoryDisk
    let ticket: UInt64

    init(disk: MemoryDisk) throws(StorageError) {
        self.disk = disk
        ticket = try disk.attach()
    }

    func read(_ body: (borrowing ReadTransaction) throws(StorageError) -> Void) throws(StorageError) {
        let tables = try disk.state.withLock { state throws(StorageError) in
            try requireAttached(state)
            guard !state.faults.takeReadFailure() else {
                state.counts.failedReads += 1
                throw StorageError(.io, "The read failed (injected); try again.")
            }
            return state.durable
        }
        try body(ReadTransaction(.memory(tables)))
    }

    func write(_ body: (inout MemoryTables) throws(StorageError) -> WriteDecision) -> WriteOutcome {
        do throws(StorageError) {
            var tables = try disk.state.withLock { state throws(StorageError) in
                try requireAttached(state)
                return state.durable
            }
            guard try body(&tables) == .commit else { return .aborted }
            return disk.state.withLock { state in
                // As in LMDB, a transaction that changed nothing is no commit and gets no number.
                guard tables.isChanged else { return .committed(state.commit) }
                tables.isChanged = false
                return state.makeDurable(tables, ticket: ticket)
            }
        } catch {
            return error.code == .closed ? .crashed(durable: nil) : .fatal(error)
        }
    }

    func close() {
        disk.detach(ticket)
    }

    private func requireAttached(_ state: borrowing MemoryDisk.State) throws(StorageError) {
        guard state.attachment?.ticket == ticket else { throw .isClosed }
    }
}

extension MemoryDisk.State {
    /// The one place where something becomes durable in memory, and where its faults happen.
    mutating func makeDurable(_ tables: MemoryTables, ticket: UInt64) -> WriteOutcome {
        guard attachment?.ticket == ticket else { return .crashed(durable: nil) }
        let number = commit + 1
        if faults.failsSync {
            faults.failsSync = false
            counts.failedSyncs += 1
            return .fatal(StorageError(.io, "The device failed to sync (injected).", underlyingCode: nil))
        }
        if let error = faults.takeCommitError() {
            counts.failedCommits += 1
            if faults.lie == .keepsRefused { (durable, commit) = (tables, number) }
            return .refused(error)
        }
        let planned = faults.crash.flatMap { $0.commit == number ? $0.moment : nil }
        if planned == .beforeDurable {
            _ = crash()
            return .crashed(durable: nil)
        }
        if faults.lie == .acknowledgesBeforeSync { beforeLast = (durable, commit) }
        durable = tables
        commit = number
        if planned == .afterDurable {
            _ = crash()
            return .crashed(durable: number)
        }
        return .committed(number)
    }
}
