/// The tables of a store: ordered maps from byte strings to byte strings, whatever the engine.
enum Table: Hashable, Sendable {
    case meta
    case classes
    case objects
    case names
    case alarms
    /// The data of all objects of one class: a table of its own makes deleting the class one step.
    case data(UInt32)

    /// Those that every store has.
    static let fixed: [Table] = [.meta, .classes, .objects, .names, .alarms]

    /// The name in the file.
    var name: String {
        switch self {
        case .meta: "meta"
        case .classes: "classes"
        case .objects: "objects"
        case .names: "names"
        case .alarms: "alarms"
        case .data(let number): "data.\(number)"
        }
    }
}

/// A stretch of keys of one table.
struct KeyRange {
    /// The first key that belongs to it; empty for the beginning of the table.
    var lower: [UInt8]
    /// Where it ends; `nil` for the end of the table.
    var upper: [UInt8]?
    /// Whether the key `upper` itself belongs to it.
    var includesUpper = false

    /// Tells whether a key is not yet past the end.
    func isBeforeEnd(_ key: RawSpan) -> Bool {
        guard let upper else { return true }
        let order = unsafe ByteOrder.compare(key, upper.span.bytes)
        return includesUpper ? order <= 0 : order < 0
    }

    /// Tells whether a key is not before the beginning.
    func isPastStart(_ key: RawSpan) -> Bool {
        unsafe ByteOrder.compare(key, lower.span.bytes) >= 0
    }
}
