/// How the database of an object lies in the object's part of the store.
///
/// In ``Space/pages``, every value with the tag ``ValueTag/bytes``:
///
/// | key                          | payload                                                                  |
/// |------------------------------|--------------------------------------------------------------------------|
/// | `00 00 00 00`                | the number of pages of the database (4 bytes, big-endian), at least 1     |
/// | page number (4, big-endian)  | the first bytes of that page, without the zeros that it ends with         |
///
/// * Pages are counted from 1 and have 4,096 bytes (``SQLPage/bytes``), of which SQLite leaves the last 24 alone
///   (``SQLPage/reservedBytes``; the byte at offset 20 of page 1 says so): they are zeros and never stored, so a
///   payload has at most 4,072 bytes. What is cut off are zeros.
/// * A page without an entry is all zeros. There is no entry for a page beyond the number of pages.
/// * Without the entry for the number of pages there is no database, and there are no pages.
/// * The pages, one after the other, each filled up with zeros to 4,096 bytes, are a SQLite database file in rollback
///   mode without a journal: whoever writes them to a file can open it with any SQLite.
///
/// In ``Space/metadata``, with the tag ``ValueTag/bytes``:
///
/// | key             | payload                                                                               |
/// |-----------------|---------------------------------------------------------------------------------------|
/// | `schema` (text) | the number of the last schema migration that ran in the object (4 bytes, big-endian), |
/// |                 | then the name of that migration (UTF-8)                                               |
///
/// Without that entry no schema migration ran. All of it is written in the batch of the turn that changed it.
package enum SQLPageLayout {
    /// The key of the number of pages.
    package static let pageCountKey = key(ofPage: 0)

    /// The key of the schema migration record in ``Space/metadata``.
    package static let schemaKey = Array("schema".utf8)

    /// The key of a page, counted from one.
    package static func key(ofPage number: UInt32) -> [UInt8] {
        var key: [UInt8] = []
        key.reserveCapacity(4)
        key.append(bigEndian: number)
        return key
    }

    /// The page whose key this is; `nil` for the number of pages, and for what is no key of this layout.
    package static func page(ofKey key: RawSpan) -> UInt32? {
        guard key.byteCount == 4 else { return nil }
        let number: UInt32 = key.bigEndian(at: 0)
        return number == 0 ? nil : number
    }

    /// The payload that says how many pages there are.
    package static func payload(ofPageCount count: UInt32) -> [UInt8] { key(ofPage: count) }

    /// Reads how many pages there are.
    package static func pageCount(_ payload: RawSpan) throws(StorageError) -> UInt32 {
        guard payload.byteCount == 4 else {
            throw StorageError(.corruption, "The size of a database is damaged; restore the object from a backup.")
        }
        return payload.bigEndian(at: 0)
    }

    /// What the schema migration record says.
    package struct SchemaRecord: Hashable, Sendable {
        /// The number of the last migration that ran.
        package let number: UInt32
        /// The name of that migration.
        package let name: String

        /// Makes a record.
        package init(number: UInt32, name: String) {
            self.number = number
            self.name = name
        }

        /// Reads a record.
        package init(payload: [UInt8]) throws(StorageError) {
            guard payload.count >= 4 else {
                throw StorageError(.corruption, "A schema record is damaged; restore the object from a backup.")
            }
            number = payload[..<4].reduce(0) { $0 << 8 | UInt32($1) }
            name = String(decoding: payload[4...], as: UTF8.self)
        }

        /// The record as it is stored.
        package var payload: [UInt8] {
            var bytes: [UInt8] = []
            bytes.append(bigEndian: number)
            bytes.append(contentsOf: name.utf8)
            return bytes
        }
    }
}
