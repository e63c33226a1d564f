public import FoundationEssentials
public import RoostStorage

// For objects that keep Foundation's dates; everything of ours is a `Timestamp`.
extension Date: SQLBindable, SQLReadable {
    /// Whole milliseconds since 1970; a date that is not a number, or too far away for them, is stored as `NULL`.
    public var sqlValue: SQLValue {
        Int64(exactly: (timeIntervalSince1970 * 1_000).rounded()).map(SQLValue.integer) ?? .null
    }

    /// Reads milliseconds since 1970, also with a fraction.
    public init?(sqlValue: SQLValue) {
        guard let milliseconds = Double(sqlValue: sqlValue) else { return nil }
        self.init(timeIntervalSince1970: milliseconds / 1_000)
    }
}
