import CSQLite

/// The SQLite database of one object, whose pages live in the object's part of the store.
///
/// All changes of a turn are one SQLite transaction: the first statement that writes begins it, and ``flush()`` commits
/// it, which is when changed pages reach the page store, and never before. The page store is then sealed with the
/// object's keys and alarm into one batch.
///
/// * Statements see everything that was executed before them, committed or not.
/// * When the turn's changes are lost (the database is full, the page store failed, a writing statement was
///   interrupted), the error is marked as critical and every later use throws it again. The connection is then good
///   for nothing but ``discard()``, and the page store's uncommitted layer must be dropped with it.
/// * Settings made with `PRAGMA` belong to the connection; see ``holdsSettings``.
///
/// It is not `Sendable`: a connection belongs to its object's isolation.
package final class SQLDatabase {
    let connection: SQLConnection
    var cache: SQLStatementCache
    /// The open savepoints, outermost first.
    var savepoints: [Int] = []
    /// How many of them SQLite knows: the others begin with the first statement that writes.
    var madeSavepoints = 0
    /// How many statements that write were begun.
    package internal(set) var writes: UInt64 = 0
    /// What statements that write are refused with, while the object may change nothing more.
    package var writeRefusal: SQLError?
    private let pages: any SQLPageStore
    private var ownStatements: [String: SQLStatement] = [:]
    /// Those of the outer savepoints are worth keeping; how deep they may go is not for this class to say.
    private static let keptOwnStatements = 32
    /// Whether a setting was made that a new connection would not have, so that this one should stay open.
    package internal(set) var holdsSettings = false

    /// Opens the database; an empty page store becomes an empty database.
    ///
    /// - Parameters:
    ///   - pages: Where the pages are.
    ///   - limits: What the database and its statements may use.
    ///   - now: The wall clock, in milliseconds since 1970.
    ///   - random: The next 64 random bits.
    package init(
        pages: any SQLPageStore,
        limits: SQLLimits = .cloudflare,
        now: @escaping @Sendable () -> Int64,
        random: @escaping @Sendable () -> UInt64
    ) throws(SQLError) {
        self.pages = pages
        let file = SQLFile(pages: pages, now: now, random: random)
        connection = try SQLConnection(file: file, limits: limits)
        cache = SQLStatementCache(byteLimit: limits.cachedStatementBytes, countLimit: limits.cachedStatements)
    }

    deinit {
        discard()
    }

    /// Closes the database without writing anything; open cursors throw from then on.
    package func discard() {
        connection.close()
        cache.removeAll()
        ownStatements = [:]
        savepoints = []
        madeSavepoints = 0
    }

    /// Whether the turn has begun a transaction, so that ``flush()`` has something to do.
    package var isTransactionOpen: Bool { connection.isTransactionOpen }

    /// The error that lost the turn's changes, if they are lost.
    package var criticalError: SQLError? { connection.criticalError }

    /// The size of the database without its free pages, in bytes; one page when it is empty.
    package var databaseBytes: Int {
        let used: Int
        do throws(SQLError) {
            used = try count("PRAGMA page_count") - count("PRAGMA freelist_count")
        } catch {
            used = Int(pages.pageCount)
        }
        return max(1, used) * SQLPage.bytes
    }

    /// The pages that the database has, free ones included.
    package var pageCount: UInt32 { pages.pageCount }

    /// Turns foreign keys off or on again, between two turns; what is broken meanwhile shows in ``brokenForeignKey()``.
    package func enforceForeignKeys(_ isOn: Bool) throws(SQLError) {
        try connection.requireUsable()
        precondition(!connection.isTransactionOpen, "Foreign keys are switched between turns only.")
        // This pragma acts while it is compiled, so it is compiled each time.
        try connection.run(connection.prepareInternal("PRAGMA foreign_keys=\(isOn ? "ON" : "OFF")"))
    }

    /// The name of a table with a row whose foreign key leads nowhere; `nil` when there is none.
    package func brokenForeignKey() throws(SQLError) -> String? {
        try connection.requireUsable()
        guard case .text(let table)? = try connection.run(ownStatement("PRAGMA foreign_key_check")) else { return nil }
        return table
    }

    /// How many statements were compiled so far.
    package var compiledStatements: Int { connection.compiledStatements }

    /// What the pages in memory take, in bytes; a part of ``memoryUsedBytes`` that is quickly told.
    package var cachedPageBytes: Int { connection.memoryBytes(SQLITE_DBSTATUS_CACHE_USED) }

    /// What the connection takes in memory, in bytes: pages, schema and compiled statements.
    package var memoryUsedBytes: Int {
        [SQLITE_DBSTATUS_CACHE_USED, SQLITE_DBSTATUS_SCHEMA_USED, SQLITE_DBSTATUS_STMT_USED]
            .reduce(0) { $0 + connection.memoryBytes($1) }
    }

    /// Gives back what can be had again: cached pages and compiled statements that nobody uses.
    package func releaseMemory() {
        cache.removeAll()
        connection.releaseMemory()
    }

    private func count(_ sql: String) throws(SQLError) -> Int {
        try connection.requireUsable()
        guard case .integer(let number)? = try connection.run(ownStatement(sql)) else { return 0 }
        return Int(number)
    }

    /// One of the few statements of our own that are run again and again.
    func ownStatement(_ sql: String) throws(SQLError) -> SQLStatement {
        if let statement = ownStatements[sql] { return statement }
        let statement = try connection.prepareInternal(sql)
        if ownStatements.count < Self.keptOwnStatements { ownStatements[sql] = statement }
        return statement
    }
}
