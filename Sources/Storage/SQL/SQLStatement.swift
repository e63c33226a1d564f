import CSQLite

/// A compiled statement.
///
/// It belongs to its connection, which finalizes it when it closes first. Between two runs it holds no values.
@safe final class SQLStatement {
    /// What the authorizer noted.
    let notes: SQLAuthorizer.Notes
    /// Whether it changes nothing in the database.
    let isReadOnly: Bool
    /// Whether a cursor uses it.
    var isBusy = false
    private let connection: SQLConnection
    private let pointer: OpaquePointer
    private var columns: [String]?

    /// Takes over what SQLite has compiled.
    init(_ pointer: OpaquePointer, connection: SQLConnection) {
        unsafe self.pointer = unsafe pointer
        self.connection = connection
        unsafe connection.own(pointer)
        notes = connection.authorizer.notes
        isReadOnly = unsafe sqlite3_stmt_readonly(pointer) != 0
    }

    deinit {
        unsafe connection.finalize(pointer)
    }

    /// The number of values that it takes.
    var parameterCount: Int { unsafe Int(sqlite3_bind_parameter_count(pointer)) }

    /// The names of the columns, after the first step.
    ///
    /// The first step compiles the statement again when the schema has changed, and then it may have others.
    func columnNames() -> [String] {
        if let columns, unsafe sqlite3_stmt_status(pointer, SQLITE_STMTSTATUS_REPREPARE, 1) == 0 { return columns }
        let names = unsafe (0..<sqlite3_column_count(pointer)).map { index in
            unsafe sqlite3_column_name(pointer, index).map { unsafe String(cString: $0) } ?? ""
        }
        columns = names
        return names
    }

    /// Gives every parameter its value.
    func bind(_ values: [SQLValue]) throws(SQLError) {
        guard values.count == parameterCount else { throw .wrongBindings }
        for (index, value) in values.enumerated() {
            try connection.check(bind(value, at: Int32(index + 1)))
        }
    }

    private func bind(_ value: SQLValue, at index: Int32) -> Int32 {
        switch value {
        case .null: return unsafe sqlite3_bind_null(pointer, index)
        case .integer(let number): return unsafe sqlite3_bind_int64(pointer, index, number)
        case .real(let number): return unsafe sqlite3_bind_double(pointer, index, number)
        case .text(var text):
            return text.withUTF8 {
                unsafe roost_sqlite3_bind_text(pointer, index, $0.baseAddress, UInt64($0.count))
            }
        case .blob(let bytes):
            return unsafe bytes.withUnsafeBytes {
                unsafe roost_sqlite3_bind_blob(pointer, index, $0.baseAddress, UInt64($0.count))
            }
        }
    }

    /// Runs to the next row.
    ///
    /// - Returns: Whether there is one.
    func step(isInternal: Bool = false) throws(SQLError) -> Bool {
        connection.watch.begin()
        // A step compiles the statement again when it must, and then asks the authorizer again.
        connection.authorizer.begin(isInternal: isInternal)
        let code = SQLThread.use(connection.file) { unsafe sqlite3_step(pointer) }
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let error = connection.makeError(code)
            reset()
            throw error
        }
    }

    /// The values of the row that it stands on.
    func row() -> [SQLValue] {
        unsafe (0..<sqlite3_data_count(pointer)).map(value)
    }

    private func value(_ column: Int32) -> SQLValue {
        switch unsafe sqlite3_column_type(pointer, column) {
        case SQLITE_INTEGER: return .integer(unsafe sqlite3_column_int64(pointer, column))
        case SQLITE_FLOAT: return .real(unsafe sqlite3_column_double(pointer, column))
        case SQLITE_TEXT:
            let start = unsafe sqlite3_column_text(pointer, column)
            let bytes = unsafe UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, column)))
            return .text(unsafe String(decoding: bytes, as: UTF8.self))
        case SQLITE_BLOB:
            let start = unsafe sqlite3_column_blob(pointer, column)
            let bytes = unsafe UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, column)))
            return .blob(unsafe Array(bytes))
        default: return .null
        }
    }

    /// The rows it went past in scans of whole tables since the last reset of the count.
    func scannedRows(startingOver: Bool = false) -> Int {
        unsafe Int(sqlite3_stmt_status(pointer, SQLITE_STMTSTATUS_FULLSCAN_STEP, startingOver ? 1 : 0))
    }

    /// Makes it ready for the next run.
    func reset() {
        guard unsafe connection.handle != nil else { return }
        // The result repeats the error of the last step, which was reported then.
        unsafe sqlite3_reset(pointer)
        unsafe sqlite3_clear_bindings(pointer)
    }
}
