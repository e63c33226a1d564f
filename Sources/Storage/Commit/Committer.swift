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
        let classes = classes.snapshot()
        return writer.withLock { writer in
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
            if let failure = writer.failure {
                throw failure.code == .closed ? failure : .halted(by: failure)
            }
            var created: ClassRecord?
            let outcome = engine.write { tables throws(StorageError) in
                created = try ClassRegistration(key: key, storage: storage, uniqueKey: uniqueKey).apply(in: &tables)
                return .commit
            }
            switch outcome {
            case .committed:
                guard let created else { preconditionFailure("A registration committed without a class.") }
                classes.add(created)
                return created
            case .aborted:
                preconditionFailure("A registration never decides to abort.")
            case .refused(let error):
                throw error
            case .fatal(let error) where error.isAboutOneBatch:
                throw error
            case .fatal(let error):
                writer.failure = error
                throw .halted(by: error)
            case .crashed:
                throw .isClosed
            }
        }
    }

    func close() {
        // A registration may still be waiting for the lock on another thread.
        writer.withLock { $0.failure = .isClosed }
        engine.close()
    }
}
