/// Writes rows into a write transaction.
///
/// It keeps the memory in which keys and values are put together.
struct RecordWriter {
    private var engineKey: [UInt8] = []
    private var record: [UInt8] = []

    mutating func put<T: TableWriter>(
        _ rows: Keyspace,
        key: [UInt8],
        tag: ValueTag = .bytes,
        payload: [UInt8],
        in tables: inout T
    ) throws(StorageError) {
        rows.makeEngineKey(key, in: &engineKey)
        unsafe ValueRecord.encode(key: key.span.bytes, tag: tag, payload: payload.span.bytes, in: &record)
        if key.count >= rows.bucketKeyBytes {
            try replaceInBucket(rows, key: key, hasRecord: true, in: &tables)
        } else {
            try tables.put(rows.table, engineKey, record)
        }
    }

    mutating func delete<T: TableWriter>(_ rows: Keyspace, key: [UInt8], in tables: inout T) throws(StorageError) {
        rows.makeEngineKey(key, in: &engineKey)
        if key.count >= rows.bucketKeyBytes {
            try replaceInBucket(rows, key: key, hasRecord: false, in: &tables)
        } else {
            try tables.delete(rows.table, engineKey)
        }
    }

    mutating func deleteAll<T: TableWriter>(_ rows: Keyspace, in tables: inout T) throws(StorageError) {
        try tables.deleteAll(rows.table, rows.engineRange(from: nil, to: nil))
    }

    private func replaceInBucket<T: TableWriter>(
        _ rows: Keyspace,
        key: [UInt8],
        hasRecord: Bool,
        in tables: inout T
    ) throws(StorageError) {
        let rest = unsafe key.span.bytes.extracting(droppingFirst: rows.bucketKeyBytes)
        var present: [UInt8] = []
        let isPresent = try tables.show(rows.table, engineKey) { present = [UInt8](copying: $0) }
        if !isPresent, !hasRecord { return }
        let bucket = unsafe try Bucket.replacing(
            rest,
            in: present.span.bytes,
            with: hasRecord ? record.span.bytes : nil
        )
        if bucket.isEmpty {
            try tables.delete(rows.table, engineKey)
        } else {
            try tables.put(rows.table, engineKey, bucket)
        }
    }
}
