/// Writes a new class and makes its table.
struct ClassRegistration {
    let key: ClassKey
    let storage: StorageKind
    let uniqueKey: String

    func apply<T: TableWriter>(in tables: inout T) throws(StorageError) -> ClassRecord {
        let number = try ClassNumbers.take(in: &tables)
        let record = ClassRecord(number: number, key: key, storage: storage, uniqueKey: uniqueKey)
        var records = RecordWriter()
        try tables.createTable(.data(number))
        try records.put(.classes, key: ClassRow.key(key), payload: ClassRow.encode(record), in: &tables)
        return record
    }
}
