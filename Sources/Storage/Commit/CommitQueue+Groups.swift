import DequeModule

extension CommitQueue {
    /// Commits what waits, up to the limits of a group, and tells everybody.
    ///
    /// - Returns: Whether there was anything to commit.
    @discardableResult
    func commitOneGroup() -> Bool {
        let group = state.withLock { state -> [PendingBatch] in
            state.canTakeGroup ? takeGroup(&state) : []
        }
        guard !group.isEmpty else { return false }
        commit(group)
        return true
    }

    func commit(_ group: [PendingBatch]) {
        var outcome = committer.commit(group)
        state.withLock { state in
            state.isCommitting = false
            self.state.notify()
        }
        // Told before the queue knows, so that a crash in the observer is one after durability and before any reply.
        if let commit = outcome.durable, let observe = observer?() {
            observe(commit, outcome.durableBatches.map { group[$0].batch })
        }
        let abandoned = state.withLock { state in
            settle(&outcome, of: group, &state)
        }
        for (pending, result) in zip(group, outcome.results) {
            pending.completion(result)
        }
        Self.fail(abandoned.batches, with: abandoned.error)
    }

    /// Enters what a group's outcome means for the queue, and gives back the batches that can no longer commit.
    private func settle(
        _ outcome: inout GroupOutcome,
        of group: [PendingBatch],
        _ state: inout State
    ) -> (batches: Deque<PendingBatch>, error: StorageError) {
        defer { self.state.notify() }
        if case .closed = state.phase {
            // The machine crashed while the group was under way: whatever became of it, nobody is told.
            outcome.results = outcome.results.map { _ in .failure(.isClosed) }
        }
        state.statistics.count(outcome, of: group)
        switch outcome.fate {
        case .goesOn:
            if outcome.durable != nil, state.removal == .postponed { state.removal = .wanted }
            return ([], .isClosed)
        case .halts(let error):
            if case .open = state.phase {
                state.phase = .halted(error)
            }
            return (state.takeAll(), .halted(by: error))
        case .crashed:
            state.phase = .closed
            return (state.takeAll(), .isClosed)
        }
    }

    /// Stops at once, as a power failure would.
    func crash() {
        let abandoned = state.withLock { state in
            state.phase = .closed
            self.state.notify()
            return state.takeAll()
        }
        Self.fail(abandoned, with: .isClosed)
    }

    /// Holds the queue or lets it go.
    ///
    /// When it returns after holding, no commit is under way.
    func setHeld(_ isHeld: Bool) {
        let needsJob = state.withLock { state in
            state.isHeld = isHeld
            self.state.notify()
            return claimJob(&state)
        }
        if needsJob {
            schedule()
        } else if isHeld {
            state.withLock(when: { !$0.isCommitting }) { _ in }
        }
    }

    static func fail(_ batches: Deque<PendingBatch>, with error: StorageError) {
        for pending in batches {
            pending.lane.fail(error)
            pending.completion(.failure(error))
        }
    }
}

extension CommitQueue.State {
    /// Empties the queue and gives back what was in it.
    mutating func takeAll() -> Deque<PendingBatch> {
        let all = waiting
        waiting = Deque()
        waitingBytes = 0
        return all
    }
}

extension StoreStatistics {
    mutating func count(_ outcome: GroupOutcome, of group: [PendingBatch]) {
        var committed = 0
        for (pending, result) in zip(group, outcome.results) {
            if case .success = result {
                committed += 1
                bytes += UInt64(pending.byteCount)
            } else {
                failedBatches += 1
            }
        }
        guard committed > 0 else { return }
        commits += 1
        batches += UInt64(committed)
        largestGroup = max(largestGroup, committed)
    }
}
