extension MemoryDisk {
    /// Forgets everything that is not durable.
    ///
    /// The store that uses the disk is `.closed` at once: what it has not acknowledged never succeeds. Faults and a
    /// hold end; another store can be opened.
    public func crash() {
        let attachment = state.withLock { state in
            state.crash()
        }
        attachment?.crash()
    }

    /// Lets the next `count` commits fail as a full disk would: nothing of them is applied, the store goes on.
    ///
    /// Class registrations and the first opening of a disk are commits as well.
    public func failCommits(_ count: Int, with error: StorageError? = nil) {
        state.withLock { state in
            state.faults.failingCommits = count
            state.faults.commitError = error ?? MemoryFaults().commitError
        }
    }

    /// Lets the next commit fail while it is made durable: the store halts for good.
    public func failSync() {
        state.withLock { $0.faults.failsSync = true }
    }

    /// Lets the next `count` reads fail.
    public func failReads(_ count: Int) {
        state.withLock { $0.faults.failingReads = count }
    }

    /// Stops the simulated machine at a commit, counted as in ``CommitReceipt/commit``.
    ///
    /// If that commit has already happened, nothing does.
    public func crash(atCommit commit: UInt64, _ moment: CrashMoment) {
        state.withLock { $0.faults.crash = (commit, moment) }
    }

    /// Ends the faults that are planned and have not happened yet; a hold goes on.
    public func clearFaults() {
        state.withLock { state in
            let lie = state.faults.lie
            state.faults = MemoryFaults()
            state.faults.lie = lie
        }
    }

    /// Has the disk break a promise from now on; it survives crashes.
    package func setLie(_ lie: MemoryLie?) {
        state.withLock { $0.faults.lie = lie }
    }

    /// Makes the disk infinitely slow: batches wait, reading goes on.
    ///
    /// Class registrations are not held.
    ///
    /// When it returns no commit is under way. Closing the store meanwhile fails what waits with `.closed`.
    public func holdCommits() {
        setHeld(true)
    }

    /// Ends a hold.
    public func releaseCommits() {
        setHeld(false)
    }

    private func setHeld(_ isHeld: Bool) {
        let attachment = state.withLock { state in
            state.isHeld = isHeld
            return state.attachment
        }
        attachment?.setHeld(isHeld)
    }
}

extension MemoryDisk.State {
    /// Cuts off the store that uses the disk, and ends faults and holds as a restart would.
    mutating func crash() -> MemoryDisk.Attachment? {
        let cut = attachment
        attachment = nil
        counts.crashes += 1
        if let last = beforeLast {
            (durable, commit) = last
            beforeLast = nil
        }
        let lie = faults.lie
        faults = MemoryFaults()
        faults.lie = lie
        isHeld = false
        return cut
    }
}
