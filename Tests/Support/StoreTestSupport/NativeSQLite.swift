import CSQLite
public import RoostStorage

/// SQLite as everybody knows it, on a file: what our results are compared with.
public final class NativeSQLite {
    /// What SQLite said: its extended result code.
    public struct Failure: Error, Equatable {
        /// The code.
        public let code: Int32
    }

    private var handle: OpaquePointer?

    /// Opens or creates a file.
    public init(path: String) throws {
        guard sqlite3_open(path, &handle) == SQLITE_OK else { throw Failure(code: SQLITE_CANTOPEN) }
        _ = try rows("PRAGMA foreign_keys=ON")
    }

    deinit {
        sqlite3_close(handle)
    }

    /// All rows of a statement.
    @discardableResult
    public func rows(_ sql: String, _ bindings: [SQLValue] = []) throws -> [[SQLValue]] {
        var statement: OpaquePointer?
        try check(sqlite3_prepare_v2(handle, sql, -1, &statement, nil))
        defer { sqlite3_finalize(statement) }
        for (index, value) in bindings.enumerated() { bind(value, to: statement, at: Int32(index + 1)) }
        var rows: [[SQLValue]] = []
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: rows.append((0..<sqlite3_column_count(statement)).map { value(statement, $0) })
            case SQLITE_DONE: return rows
            default: throw Failure(code: sqlite3_extended_errcode(handle))
            }
        }
    }

    private func check(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw Failure(code: sqlite3_extended_errcode(handle)) }
    }

    private func bind(_ value: SQLValue, to statement: OpaquePointer?, at index: Int32) {
        switch value {
        case .null: sqlite3_bind_null(statement, index)
        case .integer(let number): sqlite3_bind_int64(statement, index, number)
        case .real(let number): sqlite3_bind_double(statement, index, number)
        case .text(let text): roost_sqlite3_bind_text(statement, index, text, UInt64(text.utf8.count))
        case .blob(let bytes): roost_sqlite3_bind_blob(statement, index, bytes, UInt64(bytes.count))
        }
    }

    private func value(_ statement: OpaquePointer?, _ column: Int32) -> SQLValue {
        let count = Int(sqlite3_column_bytes(statement, column))
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, column))
        case SQLITE_TEXT:
            let start = sqlite3_column_text(statement, column)
            return .text(String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self))
        case SQLITE_BLOB:
            return .blob(Array(UnsafeRawBufferPointer(start: sqlite3_column_blob(statement, column), count: count)))
        default: return .null
        }
    }
}
