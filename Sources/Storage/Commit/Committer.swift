/// Turns groups of batches into store transactions: the one place where "durable" is decided.
///
/// A batch that turns out to be wrong fails alone, with its lane; the rest of its group commits. When the whole
/// transaction fails, every lane in it fails. Nothing of a failed batch is ever visible.
///
/// Isolation: any thread; a lock lets one transaction happen at a time. Nothing calls out while it is held but the
/// injected clock.
final class Committer<Engine: StorageEngine>: GroupCommitter {
    private let engine: Engine
    private let writer: Monitor<BatchWriter>
    private let classes: ClassCatalog

    init(engine: Engine, classes: ClassCatalog, options: StoreOptions) {
        self.engine = engine
        self.classes = classes
        writer = Monitor(BatchWriter(now: options.now))
    }

    func commit(_ group: [PendingBatch]) -> GroupOutcome {
        let classes = classes.snapshot()
        return writer.withLock { writer in
            var attempt = GroupAttempt(group)
            // Each further round has one batch less, so this ends.
            while attempt.hasWork {
                let outcome = engine.write { tables throws(StorageError) in
                    try attempt.apply(in: &tables, writer: &writer, classes: classes)
                }
                switch outcome {
                case .aborted:
                    writer.rollBack()
                case .committed(let number):
                    writer.keep()
                    attempt.succeed(number)
                case .refused(let error):
                    writer.rollBack()
                    attempt.fail(with: error)
                case .fatal(let error):
                    writer.rollBack()
                    return attempt.halt(because: error)
                case .crashed(let durable):
                    writer.rollBack()
                    return attempt.crash(durable: durable)
                }
            }
            return attempt.outcome()
        }
    }

    func registerClass(_ key: ClassKey, storage: StorageKind, uniqueKey: String) throws(StorageError) -> ClassRecord {
        try ClassCatalog.check(key, uniqueKey: uniqueKey)
        return try writer.withLock { _ throws(StorageError) in
            if let known = classes[key] {
                return try known.matching(storage: storage, uniqueKey: uniqueKey)
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
            case .refused(let error), .fatal(let error):
                throw error
            case .crashed:
                throw .isClosed
            }
        }
    }

    func close() {
        engine.close()
    }
}
