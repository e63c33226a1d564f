extension SQLDatabase {
    /// Executes one or more statements.
    ///
    /// All but the last run at once and their rows are dropped. The last runs to its first row; the cursor fetches the
    /// others. What a failing statement of several leaves done is what the ones before it did.
    ///
    /// - Parameters:
    ///   - sql: The statements; after the last one only white space may follow.
    ///   - bindings: The values of the last statement's parameters.
    package func execute(_ sql: String, _ bindings: [SQLValue] = []) throws(SQLError) -> SQLCursor {
        try connection.requireUsable()
        if let statement = cache.statement(for: sql), !statement.isBusy {
            return try start(statement, bindings)
        }
        let code = Array(sql.utf8) + [0]
        var position = 0
        while true {
            let (compiled, end) = try connection.prepare(code, from: position, isKept: position == 0)
            guard let statement = compiled else { throw .noStatement }
            let next = Self.skipSpace(in: code, from: end)
            if next == code.count - 1 {
                // A pragma may act while it is compiled, so it is compiled each time.
                if position == 0, !statement.notes.hasPragma { cache.insert(statement, for: sql) }
                return try start(statement, bindings)
            }
            guard statement.parameterCount == 0 else { throw .bindingsBeforeLast }
            _ = try start(statement, [])
            position = next
        }
    }

    /// Executes every statement of a script, which may hold comments anywhere; their rows are dropped.
    ///
    /// - Returns: How many statements there were.
    @discardableResult
    package func run(script: String) throws(SQLError) -> Int {
        try connection.requireUsable()
        let code = Array(script.utf8) + [0]
        var position = 0
        var count = 0
        while position < code.count - 1 {
            let (statement, end) = try connection.prepare(code, from: position)
            // A lone semicolon is no statement but moves on; at the end of the text nothing moves any more.
            guard statement != nil || end > position else { break }
            position = end
            guard let statement else { continue }
            guard statement.parameterCount == 0 else { throw .wrongBindings }
            let cursor = try start(statement, [])
            while try cursor.next() != nil {}
            count += 1
        }
        return count
    }

    /// Runs a statement to its first row.
    private func start(_ statement: SQLStatement, _ bindings: [SQLValue]) throws(SQLError) -> SQLCursor {
        do throws(SQLError) {
            try statement.bind(bindings)
            if !statement.isReadOnly {
                if let writeRefusal { throw writeRefusal }
                try connection.requireMemory()
                try beginIfNeeded()
                try makeSavepoints()
                writes += 1
            }
            if statement.notes.changesConnection { holdsSettings = true }
            if statement.notes.altersTable { return try alter(statement) }
            return try SQLCursor(statement, of: self)
        } catch {
            statement.reset()
            throw error
        }
    }

    /// Runs a statement that changes a table's definition, in a savepoint of its own.
    ///
    /// When such a statement fails inside a transaction (the rows break the new constraint), SQLite 3.40 takes back
    /// what it wrote but goes on with the new definition in memory. Going back to a savepoint makes it read the old
    /// one.
    private func alter(_ statement: SQLStatement) throws(SQLError) -> SQLCursor {
        try connection.run(ownStatement("SAVEPOINT _cf_alter"))
        do throws(SQLError) {
            let cursor = try SQLCursor(statement, of: self)
            try connection.run(ownStatement("RELEASE _cf_alter"))
            return cursor
        } catch {
            guard connection.criticalError == nil else { throw error }
            try connection.run(ownStatement("ROLLBACK TO _cf_alter"))
            try connection.run(ownStatement("RELEASE _cf_alter"))
            throw error
        }
    }

    private static func skipSpace(in code: [UInt8], from start: Int) -> Int {
        var position = start
        while code[position] == UInt8(ascii: " ") || (0x09...0x0D).contains(code[position]) { position += 1 }
        return position
    }
}
