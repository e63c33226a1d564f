import Synchronization

/// The classes of a store, in memory: few, looked up with every batch, changed hardly ever.
final class ClassCatalog: Sendable {
    private let records: Mutex<[ClassKey: ClassRecord]>

    init(_ records: [ClassRecord]) {
        self.records = Mutex(Dictionary(records.map { ($0.key, $0) }) { first, _ in first })
    }

    subscript(key: ClassKey) -> ClassRecord? {
        records.withLock { $0[key] }
    }

    func snapshot() -> [ClassKey: ClassRecord] {
        records.withLock { $0 }
    }

    func add(_ record: ClassRecord) {
        records.withLock { $0[record.key] = record }
    }

    /// Takes over what a transaction has made of all classes.
    func replace(with all: [ClassRecord]) {
        records.withLock { $0 = Dictionary(all.map { ($0.key, $0) }) { first, _ in first } }
    }

    /// Refuses texts that cannot be written down.
    static func check(_ key: ClassKey, uniqueKey: String) throws(StorageError) {
        guard !key.name.isEmpty, !key.script.utf8.contains(0), !key.name.utf8.contains(0) else {
            throw StorageError(.invalid, "A class needs a name, and neither script nor name may contain a zero byte.")
        }
        let longest = max(key.script.utf8.count, key.name.utf8.count, uniqueKey.utf8.count)
        guard longest <= StorageLimits.classTextBytes else {
            throw StorageError(
                .tooLarge,
                "Script, class name and unique key have at most \(StorageLimits.classTextBytes) bytes; choose shorter ones."
            )
        }
    }
}

extension ClassRecord {
    /// The record itself, if it says what is asked for.
    func matching(storage: StorageKind, uniqueKey: String) throws(StorageError) -> ClassRecord {
        guard self.storage == storage else {
            throw StorageError(
                .invalid,
                "The class \(key) exists with storage \(self.storage), not \(storage); change it with a class migration."
            )
        }
        guard self.uniqueKey == uniqueKey else {
            throw StorageError(
                .invalid,
                "The class \(key) exists with another unique key, so its ids would change; keep the key or rename the class."
            )
        }
        return self
    }
}
