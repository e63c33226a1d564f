import RoostStorage

/// Deliberate mistakes in how migrations are applied, which the simulator's checkers must notice.
extension ClassMigrator {
    /// Hands changes to the store: all of them and the record in one transaction, unless a mistake is wanted.
    func commit(
        _ changes: [ClassDirectoryChange],
        _ history: [UInt8],
        replacing previous: [UInt8]?
    ) throws(StorageError) {
        if mutations.contains(.historyBeforeClasses) {
            try store.changeClasses([], history: history, replacing: previous)
            try store.changeClasses(changes, history: history, replacing: history)
        } else if mutations.contains(.migrationsInPieces), let previous {
            for change in changes { try store.changeClasses([change], history: previous, replacing: previous) }
            try store.changeClasses([], history: history, replacing: previous)
        } else if mutations.contains(.renameMakesAnew) {
            let records = try store.classes()
            let broken = changes.flatMap { change -> [ClassDirectoryChange] in
                guard
                    case .move(let key, let target) = change,
                    let record = records.first(where: { $0.key == key })
                else { return [change] }
                return [.delete(key), .create(target, record.storage, uniqueKey: record.uniqueKey)]
            }
            try store.changeClasses(broken, history: history, replacing: previous)
        } else {
            try store.changeClasses(changes, history: history, replacing: previous)
        }
    }
}
