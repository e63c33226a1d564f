/// The disk of an in-memory store: what is durable there outlives the store.
///
/// A test opens a store on a disk, lets it crash, and opens another on the same disk: that one sees exactly what
/// had been committed. The disk can also be slow, full or broken on demand; see `MemoryDisk+Faults.swift`.
///
/// Isolation: any thread. One store at a time uses a disk.
public final class MemoryDisk: Sendable {
    let state: Monitor<State>

    struct State {
        var durable = MemoryTables()
        /// The number of the last transaction.
        var commit: UInt64 = 0
        /// What the disk tells its store; `nil` when no store uses it.
        var attachment: Attachment?
        /// Tells apart the stores that have used the disk.
        var lastTicket: UInt64 = 0
        var faults = MemoryFaults()
        var isHeld = false
        var counts = MemoryFaultCounts()
        /// What was durable before the last commit, while the disk lies about that.
        var beforeLast: (tables: MemoryTables, commit: UInt64)?
        var observer: CommitObserver?
    }

    /// Is told the number of a durable transaction and the batches in it.
    public typealias CommitObserver = @Sendable (_ commit: UInt64, _ batches: [Batch]) -> Void

    struct Attachment {
        let ticket: UInt64
        /// Closes the store at once, as a power failure would.
        let crash: @Sendable () -> Void
        let setHeld: @Sendable (Bool) -> Void
    }

    /// Makes an empty disk without faults.
    public init() {
        state = Monitor(State())
    }

    private init(_ durable: MemoryTables, commit: UInt64) {
        state = Monitor(State(durable: durable, commit: commit))
    }

    /// A disk of its own with what is durable here now; it has no faults.
    ///
    /// The copy shares memory until one of the two changes.
    public func snapshot() -> MemoryDisk {
        state.withLock { MemoryDisk($0.durable, commit: $0.commit) }
    }

    /// The number of the last durable transaction.
    public var lastCommit: UInt64 {
        state.withLock { $0.commit }
    }

    /// How often its faults have shown themselves.
    public var faultCounts: MemoryFaultCounts { state.withLock { $0.counts } }

    /// Calls `observer` after each transaction with batches has become durable, before anyone is told.
    ///
    /// It is called where commits run and must be quick. `nil` ends it.
    public func observeCommits(_ observer: CommitObserver?) {
        state.withLock { $0.observer = observer }
    }

    /// Reserves the disk for one store.
    func attach() throws(StorageError) -> UInt64 {
        try state.withLock { state throws(StorageError) in
            guard state.attachment == nil else {
                throw StorageError(.inUse, "This memory disk is in use by another store; close that one first.")
            }
            state.lastTicket += 1
            state.attachment = Attachment(ticket: state.lastTicket, crash: {}, setHeld: { _ in })
            return state.lastTicket
        }
    }

    /// Connects the store that has reserved the disk.
    func connect(_ attachment: Attachment) {
        let isHeld = state.withLock { state in
            guard state.attachment?.ticket == attachment.ticket else { return false }
            state.attachment = attachment
            return state.isHeld
        }
        if isHeld {
            attachment.setHeld(true)
        }
    }

    func detach(_ ticket: UInt64) {
        state.withLock { state in
            if state.attachment?.ticket == ticket {
                state.attachment = nil
            }
        }
    }
}
