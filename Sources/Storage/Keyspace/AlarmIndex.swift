/// The rows of the `alarms` table: every alarm of the store in order of its due time.
///
/// The key is due time (8, the sign turned so that times before 1970 come first), class number (4), object number
/// (8), and the alarm's key in its object; the value is the object's id.
enum AlarmIndex {
    private static let signBit: UInt64 = 1 << 63
    static let headerBytes = 20

    /// The due time of an entry of the alarm space, if it is one that is listed.
    static func dueTime(_ tag: ValueTag, _ payload: RawSpan) -> Int64? {
        tag == .bytes && payload.byteCount >= 8 ? payload.bigEndian(at: 0) : nil
    }

    static func key(due: Int64, classNumber: UInt32, object: ObjectNumber, alarmKey: [UInt8]) -> [UInt8] {
        var key = start(of: due)
        key.append(bigEndian: classNumber)
        key.append(bigEndian: object.value)
        key.append(contentsOf: alarmKey)
        return key
    }

    /// The first key that an alarm of this time can have.
    static func start(of due: Int64) -> [UInt8] {
        var key: [UInt8] = []
        key.append(bigEndian: UInt64(bitPattern: due) ^ signBit)
        return key
    }

    struct Row {
        let due: Int64
        let classNumber: UInt32
        let number: ObjectNumber
        let alarmKey: [UInt8]
    }

    static func decode(_ key: RawSpan) throws(StorageError) -> Row {
        guard key.byteCount >= headerBytes else {
            throw StorageError(.corruption, "The list of alarms is damaged; restore the store from a backup.")
        }
        return Row(
            due: Int64(bitPattern: key.bigEndian(UInt64.self, at: 0) ^ signBit),
            classNumber: key.bigEndian(at: 8),
            number: ObjectNumber(value: key.bigEndian(at: 12)),
            alarmKey: [UInt8](copying: key.extracting(droppingFirst: headerBytes))
        )
    }
}
