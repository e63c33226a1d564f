public import RoostStorage

/// What can be given to a statement as the value of a parameter.
public protocol SQLBindable {
    /// The value as SQLite stores it.
    var sqlValue: SQLValue { get }
}

/// What can be read from a column.
public protocol SQLReadable {
    /// Makes a value from what SQLite has stored; nil when it is something else.
    init?(sqlValue: SQLValue)
}

extension SQLValue: SQLBindable, SQLReadable {
    /// Itself.
    public var sqlValue: SQLValue { self }

    /// Takes any value as it is.
    public init?(sqlValue: SQLValue) { self = sqlValue }
}

extension Int64: SQLBindable, SQLReadable {
    /// A whole number.
    public var sqlValue: SQLValue { .integer(self) }

    /// Reads a whole number, also one that is stored as a floating-point number.
    public init?(sqlValue: SQLValue) {
        switch sqlValue {
        case .integer(let number): self = number
        case .real(let number):
            guard let exact = Int64(exactly: number) else { return nil }
            self = exact
        default: return nil
        }
    }
}

extension Int: SQLBindable, SQLReadable {
    /// A whole number.
    public var sqlValue: SQLValue { .integer(Int64(self)) }

    /// Reads a whole number, also one that is stored as a floating-point number.
    public init?(sqlValue: SQLValue) {
        guard let number = Int64(sqlValue: sqlValue) else { return nil }
        self.init(exactly: number)
    }
}

extension Double: SQLBindable, SQLReadable {
    /// A floating-point number; what is not a number is stored as `NULL`.
    public var sqlValue: SQLValue { .real(self) }

    /// Reads a number; whole ones beyond 2⁵³ are rounded.
    public init?(sqlValue: SQLValue) {
        switch sqlValue {
        case .real(let number): self = number
        case .integer(let number): self.init(number)
        default: return nil
        }
    }
}

extension Bool: SQLBindable, SQLReadable {
    /// 1 or 0, as SQLite writes truth itself.
    public var sqlValue: SQLValue { .integer(self ? 1 : 0) }

    /// Reads a whole number: 0 is false, everything else is true.
    public init?(sqlValue: SQLValue) {
        guard case .integer(let number) = sqlValue else { return nil }
        self = number != 0
    }
}

extension String: SQLBindable, SQLReadable {
    /// Text.
    public var sqlValue: SQLValue { .text(self) }

    /// Reads text.
    public init?(sqlValue: SQLValue) {
        guard case .text(let text) = sqlValue else { return nil }
        self = text
    }
}

extension Substring: SQLBindable {
    /// Text.
    public var sqlValue: SQLValue { .text(String(self)) }
}

extension [UInt8]: SQLBindable, SQLReadable {
    /// Bytes.
    public var sqlValue: SQLValue { .blob(self) }

    /// Reads bytes.
    public init?(sqlValue: SQLValue) {
        guard case .blob(let bytes) = sqlValue else { return nil }
        self = bytes
    }
}

extension Timestamp: SQLBindable, SQLReadable {
    /// Milliseconds since 1970.
    public var sqlValue: SQLValue { .integer(milliseconds) }

    /// Reads milliseconds since 1970.
    public init?(sqlValue: SQLValue) {
        guard let milliseconds = Int64(sqlValue: sqlValue) else { return nil }
        self.init(milliseconds: milliseconds)
    }
}

extension Optional: SQLReadable where Wrapped: SQLReadable {
    /// Reads `NULL` as nil, and everything else as what it is.
    public init?(sqlValue: SQLValue) {
        guard sqlValue != .null else {
            self = Self.none
            return
        }
        guard let value = Wrapped(sqlValue: sqlValue) else { return nil }
        self = Self.some(value)
    }
}

/// A value that is stored as JSON text, for SQL's JSON functions and for ``SQLRow/decode(_:as:)``.
public struct SQLJSON: SQLBindable, Sendable, Hashable {
    /// The JSON text.
    public let sqlValue: SQLValue

    /// Writes a value as JSON.
    ///
    /// - Throws: ``RoostError/Code/typeMismatch`` when it cannot be written so.
    public init(_ value: some Encodable) throws(RoostError) {
        let stored = try ValueCoding.encode(value)
        switch stored.tag {
        case .json: sqlValue = .text(String(decoding: stored.payload, as: UTF8.self))
        // Bytes are stored as they are elsewhere; here they are a list of numbers.
        case .bytes: sqlValue = .text("[" + stored.payload.map { String($0) }.joined(separator: ",") + "]")
        }
    }
}
