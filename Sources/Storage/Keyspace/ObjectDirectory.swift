/// Looks things up in the directory tables: classes, objects, names, alarms.
struct ObjectDirectory<Reader: TableReader> {
    let reader: Reader

    func row(_ id: ObjectID, of classNumber: UInt32) throws(StorageError) -> ObjectRow? {
        try Records.withValue(.objects(classNumber), key: id.bytes, in: reader) { _, payload throws(StorageError) in
            try ObjectRow(decoding: payload)
        }
    }

    func info(_ row: ObjectRow, of classNumber: UInt32) throws(StorageError) -> ObjectInfo {
        let rows = Keyspace.data(classNumber, row.number, .metadata)
        return ObjectInfo(
            number: row.number,
            name: row.name,
            createdAtMilliseconds: row.createdAtMilliseconds,
            lastSequence: try MetaKey.number(rows, MetaKey.sequence, in: reader) ?? 0
        )
    }

    func classes() throws(StorageError) -> [ClassRecord] {
        var records: [ClassRecord] = []
        try Records.scan(.classes, from: nil, to: nil, reverse: false, in: reader) {
            key,
            _,
            payload throws(StorageError) in
            records.append(try ClassRow.decode(key: key, payload: payload))
            return true
        }
        return records
    }

    func objects(of classNumber: UInt32, after: ObjectID?, limit: Int) throws(StorageError) -> [ObjectEntry] {
        var entries: [ObjectEntry] = []
        guard limit > 0 else { return entries }
        let start = after.map { $0.bytes + [0] }
        try Records.scan(.objects(classNumber), from: start, to: nil, reverse: false, in: reader) {
            key,
            _,
            payload throws(StorageError) in
            let id = try Self.id(key)
            entries.append(ObjectEntry(id: id, info: try info(ObjectRow(decoding: payload), of: classNumber)))
            return entries.count < limit
        }
        return entries
    }

    func names(of classNumber: UInt32, prefix: [UInt8], after: String?, limit: Int) throws(StorageError) -> [String] {
        var names: [String] = []
        guard limit > 0 else { return names }
        var start = prefix
        if let after {
            let next = Array(after.utf8) + [0]
            start = ByteOrder.precedes(next, prefix) ? prefix : next
        }
        let end = ByteOrder.successor(ofPrefix: prefix)
        try Records.scan(.names(classNumber), from: start, to: end, reverse: false, in: reader) { key, _, _ in
            names.append(key.text())
            return names.count < limit
        }
        return names
    }

    /// Class and id of an object of which only the numbers are known; for messages.
    func describe(_ object: ObjectNumber, of classNumber: UInt32) -> String {
        let key = (try? classes())?.first { $0.number == classNumber }?.key.description ?? "number \(classNumber)"
        var id: ObjectID?
        try? Records.scan(.objects(classNumber), from: nil, to: nil, reverse: false, in: reader) {
            key,
            _,
            payload throws(StorageError) in
            guard payload.byteCount >= 8, payload.bigEndian(UInt64.self, at: 0) == object.value else { return true }
            id = try Self.id(key)
            return false
        }
        return "Object \(id?.description ?? "number \(object)") of class \(key)"
    }

    static func id(_ bytes: RawSpan) throws(StorageError) -> ObjectID {
        guard let id = ObjectID(bytes: [UInt8](copying: bytes)) else {
            throw StorageError(.corruption, "The directory of objects is damaged; restore the store from a backup.")
        }
        return id
    }
}
