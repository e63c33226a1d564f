/// A value as SQLite stores it.
public enum SQLValue: Hashable, Sendable {
    /// No value.
    case null
    /// A whole number.
    case integer(Int64)
    /// A floating-point number; what is not a number is stored as no value.
    case real(Double)
    /// Text.
    case text(String)
    /// Bytes.
    case blob([UInt8])

    /// About how much memory the value takes, in bytes.
    package var memoryBytes: Int {
        switch self {
        case .null, .integer, .real: MemoryLayout<SQLValue>.stride
        case .text(let text): MemoryLayout<SQLValue>.stride + text.utf8.count
        case .blob(let bytes): MemoryLayout<SQLValue>.stride + bytes.count
        }
    }
}
