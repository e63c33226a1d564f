/// What the `classes` table says of a class: number (4), storage kind (1), unique key.
///
/// Its own key is the script, a zero byte, the class name.
enum ClassRow {
    static func key(_ key: ClassKey) -> [UInt8] {
        Array(key.script.utf8) + [0] + Array(key.name.utf8)
    }

    static func encode(_ record: ClassRecord) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: record.number)
        bytes.append(record.storage.rawValue)
        bytes.append(contentsOf: record.uniqueKey.utf8)
        return bytes
    }

    static func decode(key: RawSpan, payload: RawSpan) throws(StorageError) -> ClassRecord {
        let text = [UInt8](copying: key)
        guard
            let separator = text.firstIndex(of: 0),
            payload.byteCount >= 5,
            let storage = StorageKind(rawValue: payload.bigEndian(at: 4))
        else {
            throw StorageError(.corruption, "The record of a class is damaged; restore the store from a backup.")
        }
        return ClassRecord(
            number: payload.bigEndian(at: 0),
            key: ClassKey(
                script: String(decoding: text[..<separator], as: UTF8.self),
                name: String(decoding: text[(separator + 1)...], as: UTF8.self)
            ),
            storage: storage,
            uniqueKey: payload.extracting(droppingFirst: 5).text()
        )
    }
}
