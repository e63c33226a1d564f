/// Rows with checked values and keys of any length, on top of the tables of an engine.
///
/// A key shorter than the engine's limit is stored as it is. Longer ones share a ``Bucket`` under their first
/// bytes. No stored key continues a bucket's key, because it would be in the bucket, so walking the engine's keys
/// and each bucket in place gives exact byte order in both directions.
enum Records {
    static func withValue<R>(
        _ rows: Keyspace,
        key: [UInt8],
        in reader: some TableReader,
        _ body: (ValueTag, RawSpan) throws(StorageError) -> R
    ) throws(StorageError) -> R? {
        let isLong = key.count >= rows.bucketKeyBytes
        let found = try reader.withValue(rows.table, rows.engineKey(key)) { value throws(StorageError) -> R? in
            guard isLong else { return unsafe try ValueRecord.decode(value, key: key.span.bytes, body) }
            let rest = unsafe key.span.bytes.extracting(droppingFirst: rows.bucketKeyBytes)
            let slots = try Bucket.slots(of: value)
            let place = Bucket.find(rest, in: value, slots)
            guard place.found else { return nil }
            let record = value.extracting(slots[place.index].record)
            return unsafe try ValueRecord.decode(record, key: key.span.bytes, body)
        }
        return found ?? nil
    }

    /// Shows rows from `lower` (inclusive) to `upper` (exclusive) until `body` answers `false`.
    static func scan(
        _ rows: Keyspace,
        from lower: [UInt8]?,
        to upper: [UInt8]?,
        reverse: Bool,
        in reader: some TableReader,
        _ body: (_ key: RawSpan, ValueTag, RawSpan) throws(StorageError) -> Bool
    ) throws(StorageError) {
        let range = rows.engineRange(from: lower, to: upper)
        try reader.scan(rows.table, range, reverse: reverse) { engineKey, value throws(StorageError) -> Bool in
            let key = engineKey.extracting(droppingFirst: rows.prefixBytes)
            guard key.byteCount >= rows.bucketKeyBytes else {
                return try ValueRecord.decode(value, key: key) { tag, payload throws(StorageError) -> Bool in
                    try body(key, tag, payload)
                }
            }
            let bounds = KeyRange(lower: lower ?? [], upper: upper)
            return try scanBucket(value, under: key, bounds, reverse: reverse, body)
        }
    }

    private static func scanBucket(
        _ bucket: RawSpan,
        under shared: RawSpan,
        _ bounds: KeyRange,
        reverse: Bool,
        _ body: (_ key: RawSpan, ValueTag, RawSpan) throws(StorageError) -> Bool
    ) throws(StorageError) -> Bool {
        var slots = try Bucket.slots(of: bucket)
        if reverse {
            slots.reverse()
        }
        var key = [UInt8](copying: shared)
        for slot in slots {
            key.removeSubrange(shared.byteCount...)
            key.append(bucket.extracting(slot.rest))
            let bytes = unsafe key.span.bytes
            guard bounds.isPastStart(bytes), bounds.isBeforeEnd(bytes) else { continue }
            let goesOn = try ValueRecord.decode(bucket.extracting(slot.record), key: bytes) {
                tag,
                payload throws(StorageError) -> Bool in
                try body(bytes, tag, payload)
            }
            guard goesOn else { return false }
        }
        return true
    }
}
