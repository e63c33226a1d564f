/// Turns groups of batches into store transactions: the one place where "durable" is decided.
///
/// A batch that turns out to be wrong fails alone, with its lane; the rest of its group commits. When the whole
/// transaction fails, every lane in it fails. Nothing of a failed batch is ever visible.
///
/// Isolation: any thread; a lock lets one transaction happen at a time. Nothing calls out while it is held but the
/// injected clock.
final class Committer<Engine: StorageEngine>: Sendable {
    private let engine: Engine
    private let writer: Monitor<Writer>
    private let classes: ClassCatalog

    private struct Writer {
        var batches: BatchWriter
        /// Set when it is no longer known what is on disk; then the engine is never asked to write again.
        var failure: StorageError?
    }

    init(engine: Engine, classes: ClassCatalog, options: StoreOptions) {
        self.engine = engine
        self.classes = classes
        writer = Monitor(Writer(batches: BatchWriter(now: options.now)))
    }

    func commit(_ group: [PendingBatch]) -> GroupOutcome {
        writer.withLock { writer in
            // Within the lock: a class may just have been deleted or renamed.
            let classes = classes.snapshot()
            var attempt = GroupAttempt(group)
            if let failure = writer.failure {
                return attempt.halt(because: failure)
            }
            // Each further round has one batch less, so this ends.
            while attempt.hasWork {
                let outcome = engine.write { tables throws(StorageError) in
                    try attempt.apply(in: &tables, writer: &writer.batches, classes: classes)
                }
                switch outcome {
                case .aborted:
                    writer.batches.rollBack()
                case .committed(let number):
                    writer.batches.keep()
                    attempt.succeed(number)
                case .refused(let error):
                    writer.batches.rollBack()
                    attempt.fail(with: error)
                case .fatal(let error):
                    writer.batches.rollBack()
                    writer.failure = error
                    return attempt.halt(because: error)
                case .crashed(let durable):
                    writer.batches.rollBack()
                    return attempt.crash(durable: durable)
                }
            }
            return attempt.outcome()
        }
    }

    func registerClass(_ key: ClassKey, storage: StorageKind, uniqueKey: String) throws(StorageError) -> ClassRecord {
        try ClassCatalog.check(key, uniqueKey: uniqueKey)
        return try writer.withLock { writer throws(StorageError) in
            if let known = classes[key] {
                return try known.matching(storage: storage, uniqueKey: uniqueKey)
            }
            let created = try change(&writer) { tables throws(StorageError) in
                try ClassRegistration(key: key, storage: storage, uniqueKey: uniqueKey).apply(in: &tables)
            }
            classes.add(created)
            return created
        }
    }

    func changeClasses(_ transaction: ClassTransaction) throws(StorageError) {
        try writer.withLock { writer throws(StorageError) in
            let all = try change(&writer) { tables throws(StorageError) in
                // The body may run twice, and must start afresh each time.
                var transaction = transaction
                return try transaction.apply(in: &tables)
            }
            classes.replace(with: all)
        }
    }

    /// Does one piece of removing what deleted classes have left; tells whether it has removed anything.
    func reclaim(_ reclamation: inout ClassReclamation, limit: Int) throws(StorageError) -> Bool {
        let before = reclamation
        var after = before
        var damage: StorageError?
        let isCommitted = try writer.withLock { writer throws(StorageError) in
            try attempt(&writer) { tables throws(StorageError) in
                after = before
                damage = nil
                do throws(StorageError) {
                    return try after.step(in: &tables, limit: limit)
                } catch {
                    // A damaged page of what is dead must not keep the living from writing.
                    guard error.code == .corruption else { throw error }
                    damage = error
                    return .abort
                }
            }
        }
        if let damage { throw damage }
        if isCommitted { after.keep() }
        reclamation = after
        return isCommitted
    }

    /// Runs a transaction that changes classes, and gives what `body` made of it.
    private func change<R>(
        _ writer: inout Writer,
        _ body: (inout Engine.Transaction) throws(StorageError) -> R
    ) throws(StorageError) -> R {
        var result: R?
        let isCommitted = try attempt(&writer) { tables throws(StorageError) in
            result = try body(&tables)
            return .commit
        }
        guard isCommitted, let result else { preconditionFailure("A change of classes never decides to abort.") }
        writer.batches.forget()
        return result
    }

    /// Runs a transaction that belongs to no batch; tells whether it committed.
    private func attempt(
        _ writer: inout Writer,
        _ body: (inout Engine.Transaction) throws(StorageError) -> WriteDecision
    ) throws(StorageError) -> Bool {
        if let failure = writer.failure {
            throw failure.code == .closed ? failure : .halted(by: failure)
        }
        switch engine.write(body) {
        case .committed: return true
        case .aborted: return false
        case .refused(let error): throw error
        case .fatal(let error) where error.isAboutOneBatch: throw error
        case .fatal(let error):
            writer.failure = error
            throw .halted(by: error)
        case .crashed: throw .isClosed
        }
    }

    func close() {
        // A registration may still be waiting for the lock on another thread.
        writer.withLock { $0.failure = .isClosed }
        engine.close()
    }
}
