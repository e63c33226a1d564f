/// Writes a new class and makes its table.
struct ClassRegistration {
    let key: ClassKey
    let storage: StorageKind
    let uniqueKey: String

    func apply<T: TableWriter>(in tables: inout T) throws(StorageError) -> ClassRecord {
        let next = try MetaKey.number(.meta, MetaKey.nextClass, in: tables) ?? 1
        guard let number = UInt32(exactly: next), number <= StorageLimits.classes else {
            throw StorageError(.tooLarge, "A store has at most \(StorageLimits.classes) classes; use another store.")
        }
        let record = ClassRecord(number: number, key: key, storage: storage, uniqueKey: uniqueKey)
        var records = RecordWriter()
        try tables.createTable(.data(number))
        try records.put(.classes, key: ClassRow.key(key), payload: ClassRow.encode(record), in: &tables)
        try records.put(.meta, key: MetaKey.nextClass, payload: MetaKey.encode(next + 1), in: &tables)
        return record
    }
}
