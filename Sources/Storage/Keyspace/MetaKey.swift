/// The rows of the `meta` table that belong to the store itself, and its one reserved metadata key.
enum MetaKey {
    static let format = Array("format".utf8)
    static let nextObject = Array("next-object".utf8)
    static let nextClass = Array("next-class".utf8)

    /// What happened to the classes, in words of the runtime.
    static let classHistory = Array("class-history".utf8)

    /// Notes that something of a deleted class is left: after this, its number in decimal.
    static let deletedClassPrefix = Array("deleted-class.".utf8)

    static func deletedClass(_ number: UInt32) -> [UInt8] { deletedClassPrefix + Array("\(number)".utf8) }

    static func deletedClass(ofKey key: [UInt8]) -> UInt32? {
        guard key.starts(with: deletedClassPrefix) else { return nil }
        return UInt32(String(decoding: key.dropFirst(deletedClassPrefix.count), as: UTF8.self))
    }

    /// In the metadata space of each object: the number of its last batch.
    static let sequence = Array("sequence".utf8)

    /// Reads a number of eight bytes.
    static func number(_ rows: Keyspace, _ key: [UInt8], in reader: some TableReader) throws(StorageError) -> UInt64? {
        try Records.withValue(rows, key: key, in: reader) { _, payload throws(StorageError) in
            guard payload.byteCount == 8 else {
                throw StorageError(.corruption, "A counter of the store is damaged; restore it from a backup.")
            }
            return payload.bigEndian(at: 0)
        }
    }

    static func encode(_ number: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: number)
        return bytes
    }
}
