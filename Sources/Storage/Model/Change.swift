/// The parts of an object's storage.
///
/// Each has its own keys.
public enum Space: UInt8, Sendable {
    /// What the object's key-value API holds.
    case entries = 1

    /// The pages of the object's SQLite database.
    case pages = 2

    /// The object's alarm.
    ///
    /// An entry here with the tag ``ValueTag/bytes`` whose payload begins with eight bytes, a big-endian signed
    /// number of milliseconds since 1970, also stands in the store's list of alarms in order of that time
    /// (see ``Store/alarms(through:after:limit:)``). Bytes after the first eight are the writer's own.
    case alarm = 3

    /// What the runtime notes about the object. The key `sequence` belongs to the store.
    case metadata = 4
}

/// What the bytes of a stored value are.
public enum ValueTag: UInt8, Sendable {
    /// Bytes with no structure known to the store.
    case bytes = 1

    /// JSON text, written by `Codable`.
    case json = 2
}

/// One change of an object's storage.
public enum Change: Sendable, Equatable {
    /// Stores a value, replacing what was there.
    case put(Space, key: [UInt8], tag: ValueTag, payload: [UInt8])

    /// Removes a key; removing an absent one changes nothing.
    case delete(Space, key: [UInt8])

    /// Removes every key that the space holds at this place in the batch.
    case deleteAll(Space)

    /// The part of the storage that is changed.
    public var space: Space {
        switch self {
        case .put(let space, _, _, _), .delete(let space, _), .deleteAll(let space): space
        }
    }

    /// The bytes this change counts for in the limits of queue and group.
    package var byteCount: Int {
        switch self {
        case .put(_, let key, _, let payload): key.count + payload.count + StorageLimits.changeOverheadBytes
        case .delete(_, let key): key.count + StorageLimits.changeOverheadBytes
        case .deleteAll: StorageLimits.changeOverheadBytes
        }
    }
}
