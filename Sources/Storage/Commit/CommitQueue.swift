import DequeModule

/// The batches that wait for the disk, and the loop that commits them in groups (invariants 3 and 6).
///
///     open ── close() ──▶ closing ── last group done ──▶ closed
///      │ │                                                 ▲
///      │ └── crash() ──────────────────────────────────────┤
///      └──── a commit's outcome is unknown ──▶ halted ─────┘ close()
///
/// Each completion is called exactly once, in the order in which batches were queued, without a lock held. What
/// is refused (`.overloaded`, `.halted`, `.closed`) is told at once on the calling thread instead.
///
/// Isolation: any thread may enqueue. Groups are committed by one thread, or by the jobs of a scheduler.
final class CommitQueue: Sendable {
    enum Phase {
        case open
        case closing
        case halted(StorageError)
        case closed
    }

    /// Whether the writer thread removes what deleted classes have left.
    enum Removal {
        case none
        /// It has been asked to begin, perhaps while it was at it.
        case wanted
        case underWay
        /// There was no room for a piece: it is tried again after the next group that was committed.
        case postponed
    }

    struct State {
        var phase = Phase.open
        var waiting = Deque<PendingBatch>()
        var waitingBytes = 0
        /// The disk is held: nothing is taken from the queue.
        var isHeld = false
        var isCommitting = false
        /// A job is with the scheduler, or running.
        var isJobPending = false
        /// What is to be removed of deleted classes, as far as the writer thread has been asked to.
        var removal = Removal.none
        var statistics = StoreStatistics()

        var canTakeGroup: Bool { !waiting.isEmpty && !isHeld && !isCommitting }
    }

    let state = Monitor(State())
    let committer: GroupCommitter
    let observer: (@Sendable () -> MemoryDisk.CommitObserver?)?
    private let options: StoreOptions

    init(
        committer: GroupCommitter,
        options: StoreOptions,
        observer: (@Sendable () -> MemoryDisk.CommitObserver?)? = nil
    ) {
        self.committer = committer
        self.options = options
        self.observer = observer
    }

    /// Whether a thread of the queue's own commits.
    var hasThread: Bool { if case .thread = options.writer { true } else { false } }

    func enqueue(_ pending: PendingBatch) {
        var needsJob = false
        let refusal = state.withLock { state -> StorageError? in
            if let refusal = admit(pending, &state) { return refusal }
            state.waiting.append(pending)
            state.waitingBytes += pending.byteCount
            needsJob = claimJob(&state)
            self.state.notify()
            return nil
        }
        if let refusal {
            // A later batch must not commit without this one.
            pending.lane.refuse(refusal)
            pending.completion(.failure(refusal))
        } else if needsJob {
            schedule()
        }
    }

    private func admit(_ pending: PendingBatch, _ state: inout State) -> StorageError? {
        switch state.phase {
        case .closing, .closed: return .isClosed
        case .halted(let error): return .halted(by: error)
        case .open: break
        }
        if let refusal = pending.lane.refusal { return .laneFailed(by: refusal) }
        guard
            state.waiting.count < options.maxQueuedBatches,
            state.waiting.isEmpty || state.waitingBytes + pending.byteCount <= options.maxQueuedBytes
        else {
            state.statistics.refusedBatches += 1
            return StorageError(.overloaded, "Too much waits to be written; try again later.")
        }
        return nil
    }

    /// Takes the next group within the limits; at least one batch, however large.
    func takeGroup(_ state: inout State) -> [PendingBatch] {
        var group: [PendingBatch] = []
        var bytes = 0
        group.reserveCapacity(min(state.waiting.count, options.maxGroupBatches))
        while let next = state.waiting.first {
            if !group.isEmpty {
                guard group.count < options.maxGroupBatches, bytes + next.byteCount <= options.maxGroupBytes else {
                    break
                }
            }
            bytes += next.byteCount
            group.append(next)
            state.waiting.removeFirst()
        }
        state.waitingBytes -= bytes
        state.isCommitting = true
        return group
    }

    // MARK: Jobs of a scheduler

    /// Whether a job must be handed to the scheduler, which the caller then does without the lock.
    func claimJob(_ state: inout State) -> Bool {
        guard case .scheduled = options.writer, state.canTakeGroup, !state.isJobPending else { return false }
        state.isJobPending = true
        return true
    }

    func schedule() {
        guard case .scheduled(let schedule) = options.writer else { return }
        // Weak, because a scheduler may keep a job for ever; closing the store commits what the job would have.
        schedule { [weak self] in self?.runJob() }
    }

    private func runJob() {
        commitOneGroup()
        let goesOn = state.withLock { state in
            state.isJobPending = false
            return claimJob(&state)
        }
        if goesOn {
            schedule()
        }
    }
}
