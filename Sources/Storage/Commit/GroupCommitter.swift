/// Commits groups, in either engine.
///
/// An enumeration instead of a protocol, so that the compiler makes code of its own for each engine; behind a protocol
/// it was one generic body that spent its time asking for types.
enum GroupCommitter: Sendable {
    case lmdb(Committer<LMDBEngine>)
    case memory(Committer<MemoryEngine>)

    func commit(_ group: [PendingBatch]) -> GroupOutcome {
        switch self {
        case .lmdb(let committer): committer.commit(group)
        case .memory(let committer): committer.commit(group)
        }
    }

    func registerClass(
        _ key: ClassKey,
        storage: StorageKind,
        uniqueKey: String
    ) throws(StorageError) -> ClassRecord {
        switch self {
        case .lmdb(let committer): try committer.registerClass(key, storage: storage, uniqueKey: uniqueKey)
        case .memory(let committer): try committer.registerClass(key, storage: storage, uniqueKey: uniqueKey)
        }
    }

    func changeClasses(_ transaction: ClassTransaction) throws(StorageError) {
        switch self {
        case .lmdb(let committer): try committer.changeClasses(transaction)
        case .memory(let committer): try committer.changeClasses(transaction)
        }
    }

    func reclaim(_ reclamation: inout ClassReclamation, limit: Int) throws(StorageError) -> Bool {
        switch self {
        case .lmdb(let committer): try committer.reclaim(&reclamation, limit: limit)
        case .memory(let committer): try committer.reclaim(&reclamation, limit: limit)
        }
    }

    /// Lets go of the engine; called once, after the last commit.
    func close() {
        switch self {
        case .lmdb(let committer): committer.close()
        case .memory(let committer): committer.close()
        }
    }
}
