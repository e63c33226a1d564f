/// The form of every stored value: a tag (1 byte), a CRC-32C (4 bytes, little-endian), the payload.
///
/// The checksum covers tag, key and payload, so a flipped bit on disk and a value under another value's key are
/// both found out when it is read.
enum ValueRecord {
    static let headerBytes = 5

    /// Puts the stored form into `result`, reusing its memory.
    static func encode(key: RawSpan, tag: ValueTag, payload: RawSpan, in result: inout [UInt8]) {
        result.removeAll(keepingCapacity: true)
        result.append(tag.rawValue)
        result.append(littleEndian: checksum(tag: tag.rawValue, key: key, payload: payload))
        result.append(payload)
    }

    /// Checks a stored value and shows what is in it.
    static func decode<R>(
        _ record: RawSpan,
        key: RawSpan,
        _ body: (ValueTag, RawSpan) throws(StorageError) -> R
    ) throws(StorageError) -> R {
        guard record.byteCount >= headerBytes else {
            throw StorageError(.corruption, "A stored value is shorter than its header; restore it from a backup.")
        }
        let tag: UInt8 = record.bigEndian(at: 0)
        let payload = record.extracting(droppingFirst: headerBytes)
        guard checksum(tag: tag, key: key, payload: payload) == record.littleEndian(at: 1) else {
            throw StorageError(.corruption, "A stored value does not fit its checksum; restore it from a backup.")
        }
        guard let known = ValueTag(rawValue: tag) else {
            throw StorageError(
                .corruption,
                "A stored value has the unknown tag \(tag); read it with the program that wrote it."
            )
        }
        return try body(known, payload)
    }

    private static func checksum(tag: UInt8, key: RawSpan, payload: RawSpan) -> UInt32 {
        var checksum = Checksum()
        checksum.add(tag)
        checksum.add(key)
        checksum.add(payload)
        return checksum.value
    }
}
