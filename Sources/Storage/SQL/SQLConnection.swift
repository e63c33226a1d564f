import CSQLite

/// An open SQLite database on one page store.
///
/// It turns SQLite's results into ``SQLError`` and notices when SQLite gave up the transaction by itself, which means
/// that the turn's changes are lost. Not thread-safe, as SQLite's connections are opened without their own locks:
/// "multi-thread" mode asks that no connection is used by two threads at once, and its object sees to that.
@safe final class SQLConnection {
    let file: SQLFile
    let limits: SQLLimits
    /// SQLite's connection; `nil` once it is closed.
    private(set) var handle: OpaquePointer?
    /// The statements that were compiled for us, which must end before the connection does.
    ///
    /// SQLite could list them, but together with those that virtual tables keep for themselves. These are addresses.
    private var statements: Set<UInt> = []
    var authorizer = SQLAuthorizer()
    var watch: SQLWatch
    /// How many statements were compiled so far.
    private(set) var compiledStatements = 0
    /// Whether `BEGIN` was executed and neither `COMMIT` nor `ROLLBACK` was.
    var isTransactionOpen = false
    /// The error that lost the turn's changes.
    private(set) var criticalError: SQLError?

    /// Opens the database; an empty page store becomes an empty database.
    init(file: SQLFile, limits: SQLLimits) throws(SQLError) {
        self.file = file
        self.limits = limits
        watch = SQLWatch(limits: limits)
        guard SQLVFS.registration == SQLITE_OK else { throw makeError(SQLVFS.registration) }
        let flags =
            SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE
            | SQLITE_OPEN_EXRESCODE
        var opened: OpaquePointer?
        let code = SQLThread.use(file) { unsafe sqlite3_open_v2("object", &opened, flags, SQLVFS.name) }
        unsafe handle = unsafe opened
        do throws(SQLError) {
            try check(code)
            try configure()
        } catch {
            close()
            throw error
        }
    }

    deinit {
        close()
    }

    /// Closes the connection together with its statements; what was not committed is gone.
    func close() {
        guard let open = unsafe handle else { return }
        file.isDiscarded = true
        unsafe handle = nil
        isTransactionOpen = false
        for address in statements { unsafe sqlite3_finalize(OpaquePointer(bitPattern: address)) }
        statements = []
        let code = SQLThread.use(file) { unsafe sqlite3_close(open) }
        assert(code == SQLITE_OK, "Every statement was finalized, so nothing keeps the connection open.")
    }

    /// Takes a statement into the connection's care.
    func own(_ statement: OpaquePointer) {
        compiledStatements += 1
        statements.insert(UInt(bitPattern: statement))
    }

    /// Ends a statement, unless the connection was closed and did that.
    func finalize(_ statement: OpaquePointer) {
        guard statements.remove(UInt(bitPattern: statement)) != nil else { return }
        unsafe sqlite3_finalize(statement)
    }

    /// Marks the turn's changes as lost: every later use throws `error`.
    func fail(_ error: SQLError) -> SQLError {
        var critical = error
        critical.isCritical = true
        isTransactionOpen = false
        criticalError = criticalError ?? critical
        return critical
    }

    /// Throws unless the connection is open and has its changes.
    func requireUsable() throws(SQLError) {
        if let criticalError { throw criticalError }
        guard unsafe handle != nil else { throw .databaseDeleted }
    }

    /// Throws unless SQLite's result means success.
    func check(_ code: Int32) throws(SQLError) {
        guard code == SQLITE_OK else { throw makeError(code) }
    }

    /// Makes the error for a result that is none of success.
    func makeError(_ code: Int32) -> SQLError {
        var error = describe(code)
        error.cause = file.takeFailure()
        // After some errors SQLite rolls the whole transaction back, not just the statement; a conflict clause can
        // ask for the same. The rest of the turn cannot be committed without its beginning.
        guard isTransactionOpen, unsafe sqlite3_get_autocommit(handle) != 0 else { return error }
        return fail(error)
    }

    private func describe(_ code: Int32) -> SQLError {
        if let refusal = authorizer.refusal, code & 0xFF == SQLITE_AUTH {
            return SQLError(refusal, code: code)
        }
        if watch.verdict == .tooMuchMemory, code & 0xFF == SQLITE_INTERRUPT { return .outOfMemory }
        guard let handle = unsafe handle, let text = unsafe sqlite3_errmsg(handle) else {
            return unsafe SQLError(String(cString: sqlite3_errstr(code)), offset: -1, extendedCode: code)
        }
        return unsafe SQLError(
            String(cString: text),
            offset: sqlite3_error_offset(handle),
            extendedCode: code
        )
    }
}
