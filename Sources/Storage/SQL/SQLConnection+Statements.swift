import CSQLite

extension SQLConnection {
    /// Compiles the first statement of a text.
    ///
    /// - Parameters:
    ///   - sql: UTF-8 that ends with a zero.
    ///   - start: Where to begin.
    ///   - isKept: Whether the statement will be run many times.
    /// - Returns: The statement and where it ends; no statement when there is nothing but space and comments.
    func prepare(
        _ sql: [UInt8],
        from start: Int,
        isInternal: Bool = false,
        isKept: Bool = false
    ) throws(SQLError) -> (statement: SQLStatement?, end: Int) {
        guard let handle = unsafe handle else { throw .databaseDeleted }
        watch.begin()
        authorizer.begin(isInternal: isInternal)
        var pointer: OpaquePointer?
        var end = start
        let code = unsafe sql[start...].withUnsafeBytes { bytes in
            let text = unsafe bytes.bindMemory(to: CChar.self).baseAddress
            var tail: UnsafePointer<CChar>?
            let flags = isKept ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0
            let code = SQLThread.use(file) {
                unsafe sqlite3_prepare_v3(handle, text, Int32(clamping: bytes.count), flags, &pointer, &tail)
            }
            if let text = unsafe text, let tail = unsafe tail { unsafe end = start + (tail - text) }
            return code
        }
        try check(code)
        guard let compiled = unsafe pointer else { return (nil, end) }
        let statement = unsafe SQLStatement(compiled, connection: self)
        if statement.notes.altersTable {
            let text = String(decoding: sql[start..<end], as: UTF8.self)
            if let name = SQLRenaming.newName(in: text[...]), SQLReservedNames.contain(name) { throw .notAuthorized }
        }
        return (statement, end)
    }

    /// Compiles one of the store's own statements.
    func prepareInternal(_ sql: String) throws(SQLError) -> SQLStatement {
        guard let statement = try prepare(Array(sql.utf8) + [0], from: 0, isInternal: true, isKept: true).statement
        else { throw .noStatement }
        return statement
    }

    /// Runs one of the store's own statements and gives its first value.
    @discardableResult
    func run(_ statement: SQLStatement) throws(SQLError) -> SQLValue? {
        let hasRow = try statement.step(isInternal: true)
        let value = hasRow ? statement.row().first : nil
        statement.reset()
        return value
    }

    /// The rows that statements have changed since the connection was opened, those of triggers included.
    var totalChanges: Int {
        guard let handle = unsafe handle else { return 0 }
        return unsafe Int(sqlite3_total_changes64(handle))
    }

    /// The rows that the last statement changed, without those of triggers.
    var changes: Int {
        guard let handle = unsafe handle else { return 0 }
        return unsafe Int(sqlite3_changes64(handle))
    }
}
