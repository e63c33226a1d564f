/// Changes the classes of a store, and the record that goes with them, within one write transaction.
///
/// Invariants
/// 1. What is left of a deleted class can never belong to another: its number is given again only when nothing with
///    it is left in any table (``ClassNumbers``).
/// 2. A class that is moved keeps number and unique key; nothing of its data is touched.
/// 3. A deleted class is gone with the transaction. Its rows stay behind under its number, which is noted, until
///    ``ClassReclamation`` has removed them: so deleting takes the same time whatever the class holds.
struct ClassTransaction {
    let changes: [ClassDirectoryChange]
    /// What the store shall remember of the classes' past.
    let history: [UInt8]
    /// What it must remember so far; `nil` for nothing.
    let previous: [UInt8]?

    private var records = RecordWriter()

    init(changes: [ClassDirectoryChange], history: [UInt8], previous: [UInt8]?) {
        self.changes = changes
        self.history = history
        self.previous = previous
    }

    /// Applies everything, or throws and leaves the transaction to be aborted.
    ///
    /// - Returns: The classes afterwards.
    mutating func apply<T: TableWriter>(in tables: inout T) throws(StorageError) -> [ClassRecord] {
        guard try ClassHistoryRow.read(from: tables) == previous else {
            throw StorageError(.invalid, "The classes were changed meanwhile; make a new plan.")
        }
        var classes = Dictionary(try ObjectDirectory(reader: tables).classes().map { ($0.key, $0) }) { first, _ in
            first
        }
        for change in changes { try apply(change, to: &classes, in: &tables) }
        try records.put(.meta, key: MetaKey.classHistory, payload: history, in: &tables)
        return classes.values.sorted { $0.number < $1.number }
    }

    private mutating func apply<T: TableWriter>(
        _ change: ClassDirectoryChange,
        to classes: inout [ClassKey: ClassRecord],
        in tables: inout T
    ) throws(StorageError) {
        switch change {
        case .create(let key, let storage, let uniqueKey):
            try ClassCatalog.check(key, uniqueKey: uniqueKey)
            try requireFree(key, classes)
            let registration = ClassRegistration(key: key, storage: storage, uniqueKey: uniqueKey)
            classes[key] = try registration.apply(in: &tables)
        case .move(let key, let target):
            let record = try existing(key, classes)
            try ClassCatalog.check(target, uniqueKey: record.uniqueKey)
            try requireFree(target, classes)
            classes[key] = nil
            try records.delete(.classes, key: ClassRow.key(key), in: &tables)
            try put(record.moved(to: target), &classes, in: &tables)
        case .delete(let key):
            let record = try existing(key, classes)
            classes[key] = nil
            try records.delete(.classes, key: ClassRow.key(key), in: &tables)
            try records.put(.meta, key: MetaKey.deletedClass(record.number), payload: [], in: &tables)
        case .enableSQL(let key):
            try put(existing(key, classes).withSQL, &classes, in: &tables)
        }
    }

    private mutating func put<T: TableWriter>(
        _ record: ClassRecord,
        _ classes: inout [ClassKey: ClassRecord],
        in tables: inout T
    ) throws(StorageError) {
        classes[record.key] = record
        try records.put(.classes, key: ClassRow.key(record.key), payload: ClassRow.encode(record), in: &tables)
    }

    private func existing(_ key: ClassKey, _ classes: [ClassKey: ClassRecord]) throws(StorageError) -> ClassRecord {
        guard let record = classes[key] else {
            throw StorageError(.notFound, "There is no class \(key) to be changed; make a new plan.")
        }
        return record
    }

    private func requireFree(_ key: ClassKey, _ classes: [ClassKey: ClassRecord]) throws(StorageError) {
        guard classes[key] == nil else {
            throw StorageError(.invalid, "There is a class \(key) already; make a new plan.")
        }
    }
}

extension ClassRecord {
    /// The same class under another key.
    func moved(to key: ClassKey) -> ClassRecord {
        ClassRecord(number: number, key: key, storage: storage, uniqueKey: uniqueKey)
    }

    /// The same class with SQL storage.
    var withSQL: ClassRecord { ClassRecord(number: number, key: key, storage: .sql, uniqueKey: uniqueKey) }
}
