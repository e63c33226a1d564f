/// What the `objects` table says of an object: number (8), creation time (8), length of the name (2), name.
struct ObjectRow {
    var number: ObjectNumber
    var createdAtMilliseconds: Int64
    var name: String?

    /// Stands for the length of a name that is not known.
    private static let noName = UInt16.max

    func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: number.value)
        bytes.append(bigEndian: createdAtMilliseconds)
        bytes.append(bigEndian: name.map { UInt16($0.utf8.count) } ?? Self.noName)
        bytes.append(contentsOf: (name ?? "").utf8)
        return bytes
    }

    init(number: ObjectNumber, createdAtMilliseconds: Int64, name: String?) {
        self.number = number
        self.createdAtMilliseconds = createdAtMilliseconds
        self.name = name
    }

    init(decoding payload: RawSpan) throws(StorageError) {
        guard payload.byteCount >= 18 else { throw Self.damaged }
        number = ObjectNumber(value: payload.bigEndian(at: 0))
        createdAtMilliseconds = payload.bigEndian(at: 8)
        let nameBytes = payload.bigEndian(UInt16.self, at: 16)
        let text = payload.extracting(droppingFirst: 18)
        if nameBytes == Self.noName {
            name = nil
        } else {
            guard text.byteCount == Int(nameBytes) else { throw Self.damaged }
            name = text.text()
        }
    }

    private static var damaged: StorageError {
        StorageError(.corruption, "The record of an object is damaged; restore it from a backup.")
    }
}
