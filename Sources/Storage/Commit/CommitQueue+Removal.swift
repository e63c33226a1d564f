extension CommitQueue {
    /// Lets the writer thread remove what deleted classes have left, a piece after each group it commits.
    ///
    /// It ends when nothing is left, when the queue is closed, or when a piece fails; whoever opens the store next
    /// begins again. When the disk is full it waits for the next group that can be committed.
    func beginRemoval() {
        state.withLock { state in
            state.removal = .wanted
            self.state.notify()
        }
    }

    /// Waits until the writer thread has ended what it was asked to remove.
    func waitForRemoval() {
        state.withLock(when: { !$0.canRemove && !$0.isCommitting }) { _ in }
    }

    /// Removes one piece, if one is to be removed; called by the writer thread.
    ///
    /// - Returns: Whether it has tried to.
    func removeOnePiece(_ reclamation: inout ClassReclamation) -> Bool {
        let begins = state.withLock { state -> Bool? in
            guard state.canRemove, !state.isCommitting else { return nil }
            defer { state.removal = .underWay }
            // Whoever holds the disk waits for this, as for a group.
            state.isCommitting = true
            return state.removal == .wanted
        }
        guard let begins else { return false }
        if begins { reclamation = ClassReclamation() }
        var failure: StorageError?
        do throws(StorageError) {
            _ = try committer.reclaim(&reclamation, limit: StorageLimits.reclaimedRowsBetweenGroups)
        } catch {
            failure = error
        }
        let isOver = reclamation.isDone || failure != nil
        state.withLock { state in
            state.isCommitting = false
            // Another class may have been deleted since this piece began.
            if isOver, state.removal == .underWay {
                let isFull = failure?.code == .diskFull || failure?.code == .mapFull
                state.removal = isFull ? .postponed : .none
            }
            self.state.notify()
        }
        if let failure, failure.code == .halted {
            halt(because: failure)
        } else if failure?.code == .closed {
            // The simulated machine has stopped in the middle of it.
            crash()
        }
        return true
    }
}

extension CommitQueue.State {
    /// Whether a piece of what deleted classes have left may be removed now.
    var canRemove: Bool {
        guard case .open = phase else { return false }
        return switch removal {
        case .none, .postponed: false
        case .wanted, .underWay: !isHeld
        }
    }
}
