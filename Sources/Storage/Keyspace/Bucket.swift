/// The rows whose keys share so many first bytes that the engine cannot tell them apart.
///
/// A bucket is one value of the engine, under those shared bytes: for each row, in order of the rest of its key,
/// the length of the rest (2 bytes), the length of the value (4 bytes), the rest, the value. Both lengths are
/// big-endian. Reading or changing one row takes time in proportion to the whole bucket.
enum Bucket {
    /// Where a row is in the bucket's bytes.
    struct Slot {
        let rest: Range<Int>
        let record: Range<Int>
    }

    private static let headerBytes = 6

    /// The places of all rows, in order.
    static func slots(of bucket: RawSpan) throws(StorageError) -> [Slot] {
        var slots: [Slot] = []
        var offset = 0
        while offset < bucket.byteCount {
            guard bucket.byteCount - offset >= headerBytes else { throw damaged }
            let restBytes = Int(bucket.bigEndian(UInt16.self, at: offset))
            let recordBytes = Int(bucket.bigEndian(UInt32.self, at: offset + 2))
            let start = offset + headerBytes
            guard bucket.byteCount - start >= restBytes + recordBytes else { throw damaged }
            let rest = start..<(start + restBytes)
            slots.append(Slot(rest: rest, record: rest.upperBound..<(rest.upperBound + recordBytes)))
            offset = rest.upperBound + recordBytes
        }
        return slots
    }

    /// The first slot whose key is not before `rest`, and whether it is that key.
    static func find(_ rest: RawSpan, in bucket: RawSpan, _ slots: [Slot]) -> (index: Int, found: Bool) {
        for (index, slot) in slots.enumerated() {
            let order = ByteOrder.compare(bucket.extracting(slot.rest), rest)
            if order >= 0 { return (index, order == 0) }
        }
        return (slots.count, false)
    }

    /// The bucket with one row put in, replaced, or, without a record, taken out.
    static func replacing(
        _ rest: RawSpan,
        in bucket: RawSpan,
        with record: RawSpan?
    ) throws(StorageError) -> [UInt8] {
        let slots = try slots(of: bucket)
        let (index, found) = find(rest, in: bucket, slots)
        var result: [UInt8] = []
        result.reserveCapacity(bucket.byteCount + headerBytes + rest.byteCount + (record?.byteCount ?? 0))
        for slot in slots[..<index] {
            append(bucket.extracting(slot.rest), bucket.extracting(slot.record), to: &result)
        }
        if let record {
            append(rest, record, to: &result)
        }
        for slot in slots[(found ? index + 1 : index)...] {
            append(bucket.extracting(slot.rest), bucket.extracting(slot.record), to: &result)
        }
        guard result.count <= StorageLimits.bucketBytes else {
            throw StorageError(
                .tooLarge,
                "Too much is stored under keys with the same first 500 bytes; make keys that differ earlier."
            )
        }
        return result
    }

    private static func append(_ rest: RawSpan, _ record: RawSpan, to result: inout [UInt8]) {
        result.append(bigEndian: UInt16(rest.byteCount))
        result.append(bigEndian: UInt32(record.byteCount))
        result.append(rest)
        result.append(record)
    }

    private static var damaged: StorageError {
        StorageError(.corruption, "A bucket of long keys is damaged; restore it from a backup.")
    }
}
