/// The row of the `meta` table that says what happened to the classes; its bytes are the runtime's.
enum ClassHistoryRow {
    static func read(from reader: some TableReader) throws(StorageError) -> [UInt8]? {
        try Records.withValue(.meta, key: MetaKey.classHistory, in: reader) { [UInt8](copying: $1) }
    }
}
