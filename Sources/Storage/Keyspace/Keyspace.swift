/// Where each kind of row is kept: the table, and the bytes before the row's own key.
///
/// | rows     | table             | before the key                    |
/// |----------|-------------------|-----------------------------------|
/// | meta     | `meta`            | –                                 |
/// | classes  | `classes`         | –                                 |
/// | objects  | `objects`         | class number (4)                  |
/// | names    | `names`           | class number (4)                  |
/// | alarms   | `alarms`          | –                                 |
/// | data     | `data.<class>`    | object number (8), space (1)      |
///
/// All numbers are big-endian, so that the order of bytes is the order of numbers.
enum Keyspace {
    case meta
    case classes
    case objects(UInt32)
    case names(UInt32)
    case alarms
    case data(UInt32, ObjectNumber, Space)

    var table: Table {
        switch self {
        case .meta: .meta
        case .classes: .classes
        case .objects: .objects
        case .names: .names
        case .alarms: .alarms
        case .data(let classNumber, _, _): .data(classNumber)
        }
    }

    var prefixBytes: Int {
        switch self {
        case .meta, .classes, .alarms: 0
        case .objects, .names: 4
        case .data: 9
        }
    }

    /// A key of this many bytes or more is kept in a bucket, under as many of its bytes as fit.
    var bucketKeyBytes: Int { StorageLimits.engineKeyBytes - prefixBytes }

    func appendPrefix(to bytes: inout [UInt8]) {
        switch self {
        case .meta, .classes, .alarms: break
        case .objects(let classNumber), .names(let classNumber): bytes.append(bigEndian: classNumber)
        case .data(_, let object, let space):
            bytes.append(bigEndian: object.value)
            bytes.append(space.rawValue)
        }
    }

    /// Puts the engine's key for a row's key into `result`, reusing its memory.
    func makeEngineKey(_ key: [UInt8], in result: inout [UInt8]) {
        result.removeAll(keepingCapacity: true)
        appendPrefix(to: &result)
        result.append(contentsOf: key.prefix(bucketKeyBytes))
    }

    func engineKey(_ key: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(prefixBytes + min(key.count, bucketKeyBytes))
        makeEngineKey(key, in: &result)
        return result
    }

    /// The engine's keys that may hold rows from `lower` (inclusive) to `upper` (exclusive).
    ///
    /// A bound that is itself a long key leads into a bucket, which then belongs to the range: its entries are
    /// compared one by one.
    func engineRange(from lower: [UInt8]?, to upper: [UInt8]?) -> KeyRange {
        let prefix = engineKey([])
        let first = lower.map(engineKey) ?? prefix
        guard let upper else { return KeyRange(lower: first, upper: ByteOrder.successor(ofPrefix: prefix)) }
        return KeyRange(lower: first, upper: engineKey(upper), includesUpper: upper.count >= bucketKeyBytes)
    }
}
