import CSQLite

/// What went wrong with a statement or a database.
///
/// The message has the origin's form, `text at offset N: SQLITE_XXX (extended: SQLITE_XXX_YYY)`, because it is what
/// people search for. It may quote names and parts of the statement, never stored data or bound values.
package struct SQLError: Error, Sendable {
    /// What was wrong.
    package let message: String

    /// SQLite's result code, without the extension.
    package let code: Int32

    /// SQLite's extended result code.
    package let extendedCode: Int32

    /// Whether the changes of the turn are lost, so that the object must be reset.
    ///
    /// Every later use of the database throws this error again.
    package internal(set) var isCritical = false

    /// Whether a limit of the object was crossed, not one of SQLite's.
    package internal(set) var isLimit = false

    /// What the page store threw, when that was the reason.
    package internal(set) var cause: StorageError?

    /// Makes an error whose message stands as it is.
    init(_ message: String, code: Int32 = SQLITE_ERROR) {
        self.message = message
        self.code = code & 0xFF
        extendedCode = code
    }

    /// Makes an error from what SQLite said.
    init(_ text: String, offset: Int32, extendedCode: Int32) {
        code = extendedCode & 0xFF
        self.extendedCode = extendedCode
        var message = text
        if offset >= 0 { message += " at offset \(offset)" }
        message += ": \(SQLCodeName.primary(code))"
        if let name = SQLCodeName.extended(extendedCode) { message += " (extended: \(name))" }
        self.message = message
    }

    /// The name of the extended result code, as `SQLITE_CONSTRAINT_UNIQUE`.
    package var codeName: String { SQLCodeName.extended(extendedCode) ?? SQLCodeName.primary(code) }

    /// Whether the statement ran for longer than the step limit allows.
    package var isInterrupted: Bool { code == SQLITE_INTERRUPT }
}

extension SQLError: CustomStringConvertible {
    /// The message.
    package var description: String { message }
}

extension SQLError {
    static let noStatement = SQLError("SQL code did not contain a statement.")
    static let wrongBindings = SQLError("Wrong number of parameter bindings for SQL query.")
    static let bindingsBeforeLast = SQLError(
        "When executing multiple SQL statements in a single call, only the last statement can have parameters."
    )
    package static let databaseDeleted = SQLError(
        "SQLite query was canceled because the database was deleted.",
        code: SQLITE_ABORT
    )
    static let outOfMemory = SQLError("out of memory", offset: -1, extendedCode: SQLITE_NOMEM)
    /// What statements that write get while too much of the object is not durable yet.
    package static func tooMuchUncommitted(_ text: String) -> SQLError {
        var result = SQLError(text, code: SQLITE_FULL)
        result.isLimit = true
        return result
    }
    /// What a schema migration gets that leaves a foreign key leading nowhere.
    package static func brokenForeignKey(_ table: String) -> SQLError {
        SQLError("FOREIGN KEY constraint failed in \(table)", offset: -1, extendedCode: SQLITE_CONSTRAINT | 3 << 8)
    }
    static let notAuthorized = SQLError("not authorized", offset: -1, extendedCode: SQLITE_AUTH)

    /// What `COMMIT` of a turn that broke a deferred constraint throws.
    static func violatedAtCommit(_ error: SQLError) -> SQLError {
        SQLError(
            "Durable Object was reset and rolled back to its last known good state because the application left the "
                + "database in a state where constraints were violated: \(error.message)",
            code: error.extendedCode
        )
    }

    /// What the end of a transaction throws whose changes were lost on the way.
    package static func commitAfterCriticalError(_ error: SQLError) -> SQLError {
        var result = SQLError(
            "Cannot commit transaction due to an earlier SQL critical error",
            code: error.extendedCode
        )
        result.isCritical = true
        result.cause = error.cause
        return result
    }
}
