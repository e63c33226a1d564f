/// Rows with checked values and keys of any length, on top of the tables of an engine.
///
/// A key shorter than the engine's limit is stored as it is. Longer ones share a ``Bucket`` under their first
/// bytes. No stored key continues a bucket's key, because it would be in the bucket, so walking the engine's keys
/// and each bucket in place gives exact byte order in both directions.
enum Records {
    /// Shows one row; answers `false` when it is absent.
    static func show(
        _ rows: Keyspace,
        key: [UInt8],
        in reader: some TableReader,
        to body: (ValueTag, RawSpan) throws(StorageError) -> Void
    ) throws(StorageError) -> Bool {
        if key.count < rows.bucketKeyBytes {
            return try reader.show(rows.table, rows.engineKey(key)) { value throws(StorageError) in
                unsafe try ValueRecord.decode(value, key: key.span.bytes, body)
            }
        }
        var isFound = false
        _ = try reader.show(rows.table, rows.engineKey(key)) { bucket throws(StorageError) in
            let rest = unsafe key.span.bytes.extracting(droppingFirst: rows.bucketKeyBytes)
            let slots = try Bucket.slots(of: bucket)
            let place = Bucket.find(rest, in: bucket, slots)
            guard place.found else { return }
            isFound = true
            let record = bucket.extracting(slots[place.index].record)
            unsafe try ValueRecord.decode(record, key: key.span.bytes, body)
        }
        return isFound
    }

    /// What `body` makes of one row; `nil` when it is absent.
    static func withValue<R>(
        _ rows: Keyspace,
        key: [UInt8],
        in reader: some TableReader,
        _ body: (ValueTag, RawSpan) throws(StorageError) -> R
    ) throws(StorageError) -> R? {
        var result: R?
        _ = try show(rows, key: key, in: reader) { tag, payload throws(StorageError) in
            result = try body(tag, payload)
        }
        return result
    }

    /// Shows rows from `lower` (inclusive) to `upper` (exclusive) until `body` answers `false`.
    ///
    /// - Parameter passOver: Told of rows that are damaged, which are then passed over; without it the first one ends
    ///   the scan.
    static func scan(
        _ rows: Keyspace,
        from lower: [UInt8]?,
        to upper: [UInt8]?,
        reverse: Bool,
        in reader: some TableReader,
        passingOver passOver: ((StorageError) -> Void)? = nil,
        _ body: (_ key: RawSpan, ValueTag, RawSpan) throws(StorageError) -> Bool
    ) throws(StorageError) {
        let range = rows.engineRange(from: lower, to: upper)
        try reader.scan(rows.table, range, reverse: reverse) { engineKey, value throws(StorageError) -> Bool in
            let key = engineKey.extracting(droppingFirst: rows.prefixBytes)
            do throws(StorageError) {
                guard key.byteCount >= rows.bucketKeyBytes else {
                    return try ValueRecord.decode(value, key: key) { tag, payload throws(StorageError) -> Bool in
                        try body(key, tag, payload)
                    }
                }
                let bounds = KeyRange(lower: lower ?? [], upper: upper)
                return try scanBucket(value, under: key, bounds, reverse: reverse, body)
            } catch {
                guard error.code == .corruption, let passOver else { throw error }
                passOver(error)
                return true
            }
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
