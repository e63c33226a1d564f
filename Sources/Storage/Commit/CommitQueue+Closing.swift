import DequeModule

extension CommitQueue {
    /// The body of the writer thread: commits group after group until the queue is closed.
    ///
    /// What is to be removed of deleted classes goes in between, a piece after each group, so that neither waits for
    /// the other to end.
    ///
    /// Before it takes a group it lets those run first who wait for the processor: on a busy machine they are the ones
    /// who have something for that very group. On an idle one that takes no time, so nothing is delayed.
    func runThread() {
        var reclamation = ClassReclamation()
        while true {
            state.withLock(when: { $0.canTakeGroup || $0.canRemove || $0.isFinished }) { _ in }
            WriterThread.giveWay()
            let commits = commitOneGroup()
            let removes = removeOnePiece(&reclamation)
            if !commits, !removes, state.withLock({ $0.isFinished }) { break }
        }
        endClosing()
    }

    /// Refuses what comes from now on.
    ///
    /// What waits behind a held disk fails, everything else is still committed.
    func beginClosing() {
        let abandoned = state.withLock { state -> Deque<PendingBatch> in
            switch state.phase {
            case .open: state.phase = .closing
            case .halted: state.phase = .closed
            case .closing, .closed: break
            }
            self.state.notify()
            return state.isHeld ? state.takeAll() : []
        }
        Self.fail(abandoned, with: .isClosed)
    }

    /// Commits what still waits, where no thread of the queue's own does.
    func drain() {
        while state.withLock({ $0.canTakeGroup }) {
            commitOneGroup()
        }
    }

    /// Lets go of the engine; called once, by whoever commits.
    func endClosing() {
        state.withLock { $0.phase = .closed }
        committer.close()
    }

    /// Accepts no more commits, because something else than a group failed in a way that says nothing of the disk.
    func halt(because error: StorageError) {
        let abandoned = state.withLock { state -> Deque<PendingBatch> in
            guard case .open = state.phase else { return [] }
            state.phase = .halted(error)
            return state.takeAll()
        }
        Self.fail(abandoned, with: error)
    }

    var status: StoreStatus {
        state.withLock { state in
            switch state.phase {
            case .open: .ok
            case .halted(let error): .halted(reason: error.message)
            case .closing, .closed: .closed
            }
        }
    }

    var statistics: StoreStatistics {
        state.withLock { state in
            var statistics = state.statistics
            statistics.queuedBatches = state.waiting.count
            statistics.queuedBytes = state.waitingBytes
            return statistics
        }
    }
}

extension CommitQueue.State {
    /// Whether the writer has nothing to do any more.
    var isFinished: Bool {
        switch phase {
        case .open, .halted: false
        case .closing: waiting.isEmpty
        case .closed: true
        }
    }
}
