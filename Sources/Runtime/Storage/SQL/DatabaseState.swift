import RoostStorage

/// What `ObjectDatabase` keeps behind its lock: the connection and everything that belongs to it.
struct DatabaseState {
    /// The open connection.
    private(set) var connection: SQLDatabase?
    /// Its place in the pool.
    var place: Int?
    /// The cursors that may give further rows.
    var cursors: [Int: SQLCursor] = [:]
    private var nextCursor = 1
    /// How many parts of the turn are open; a connection that is opened meanwhile is told.
    private(set) var depth = 0
    /// The error that lost the turn's changes.
    private(set) var criticalError: SQLError?
    /// What schema and statements took in memory when that was last asked, and after how many compilations.
    private var fixedBytes = (bytes: 0, compiled: -1)

    /// Whether nothing is lost when the connection is closed.
    var isUnused: Bool {
        guard let connection, cursors.isEmpty else { return false }
        return !connection.isTransactionOpen && !connection.holdsSettings
    }

    // MARK: Opening and closing

    mutating func open(_ activation: Activation) throws(DatabaseFailure) {
        let roost = activation.entry.roost
        let pages: ObjectPageStore
        do throws(StorageError) { pages = try ObjectPageStore(activation) } catch { throw .store(error) }
        do throws(SQLError) {
            let connection = try SQLDatabase(
                pages: pages,
                limits: roost.configuration.limits.sql,
                now: { [clock = roost.clock] in clock.now.milliseconds },
                random: { [random = roost.random] in random.next() }
            )
            for number in 0..<depth { try connection.savepoint(number + 1) }
            self.connection = connection
        } catch {
            throw .sql(error)
        }
    }

    mutating func close() {
        connection?.discard()
        connection = nil
        cursors = [:]
        fixedBytes = (0, -1)
    }

    /// The place in the pool, and what the connection takes in memory; nil when it is not open.
    mutating func measure() -> (place: Int, bytes: Int)? {
        guard let connection, let place else { return nil }
        if fixedBytes.compiled != connection.compiledStatements {
            fixedBytes = (connection.memoryUsedBytes - connection.cachedPageBytes, connection.compiledStatements)
        }
        return (place, Self.baseBytes + fixedBytes.bytes + connection.cachedPageBytes)
    }

    /// What a connection takes that SQLite does not count: itself, its functions and modules, its file (measured).
    private static let baseBytes = 20 << 10

    // MARK: Statements

    /// What came of executing statements.
    struct Execution {
        /// The cursor; nil when there are no rows to fetch any more.
        var cursor: Int?
        var columnNames: [String] = []
        var rowsRead = 0
        var rowsWritten = 0
        /// Whether it has changed something, or may have.
        var hasBegunChange = false
        var failure: DatabaseFailure?

        init() {}

        init(_ failure: DatabaseFailure) { self.failure = failure }
    }

    mutating func execute(_ sql: String, _ bindings: [SQLValue], mayWrite: Bool) -> Execution {
        guard let connection else { preconditionFailure("A statement was executed without a connection.") }
        var result = Execution()
        let hadChange = connection.isTransactionOpen
        let writes = connection.writes
        connection.writeRefusal = mayWrite ? nil : Self.tooMuchUncommitted
        do throws(SQLError) {
            let cursor = try connection.execute(sql, bindings)
            result.columnNames = cursor.columnNames
            result.rowsRead = cursor.rowsRead
            result.rowsWritten = cursor.rowsWritten
            if !cursor.isFinished {
                result.cursor = nextCursor
                cursors[nextCursor] = cursor
                nextCursor += 1
            }
        } catch {
            note(error)
            result.failure = .sql(error)
        }
        // Each statement that writes says so: a rollback may have taken back what the turn's first change had said.
        result.hasBegunChange = (!hadChange || connection.writes != writes) && connection.isTransactionOpen
        return result
    }

    private static let tooMuchUncommitted = SQLError.tooMuchUncommitted(
        "This object has changed more than it may before it is durable. "
            + "Call `try await storage.sync()` from time to time."
    )

    /// What came of fetching rows.
    struct Fetch {
        var rows: [[SQLValue]] = []
        var rowsRead = 0
        var rowsWritten = 0
        var isFinished = false
        /// Whether it ended because the rows took too much memory.
        var isTooLarge = false
        var failure: SQLError?
    }

    mutating func rows(of number: Int, countMax: Int, bytesMax: Int) -> Fetch {
        var result = Fetch()
        guard let cursor = cursors[number] else {
            result.isFinished = true
            result.failure = criticalError ?? .databaseDeleted
            return result
        }
        var bytes = 0
        do throws(SQLError) {
            while result.rows.count < countMax, let row = try cursor.next() {
                for value in row { bytes += value.memoryBytes }
                guard bytes <= bytesMax else {
                    result.isTooLarge = true
                    break
                }
                result.rows.append(row)
            }
        } catch {
            note(error)
            result.failure = error
        }
        result.rowsRead = cursor.rowsRead
        result.rowsWritten = cursor.rowsWritten
        if cursor.isFinished || result.isTooLarge || result.failure != nil {
            result.isFinished = true
            cursors[number] = nil
        }
        return result
    }

    // MARK: The turn and its parts

    mutating func flush() throws(SQLError) {
        if let criticalError { throw criticalError }
        guard let connection, connection.isTransactionOpen else { return }
        do throws(SQLError) {
            try connection.flush()
        } catch {
            note(error)
            throw error
        }
    }

    mutating func beginPart() -> Int {
        depth += 1
        if let connection, connection.criticalError == nil {
            // Nothing happens before the first change, so nothing can fail.
            do throws(SQLError) { try connection.savepoint(depth) } catch { note(error) }
        }
        return depth
    }

    mutating func keepPart(_ number: Int) throws(SQLError) {
        precondition(number == depth, "Transactions end in the opposite order of their beginning.")
        if let criticalError { throw .commitAfterCriticalError(criticalError) }
        do throws(SQLError) { try connection?.release(number) } catch {
            note(error)
            throw error
        }
        depth = number - 1
    }

    mutating func undoPart(_ number: Int) throws(SQLError) {
        precondition(number == depth, "Transactions end in the opposite order of their beginning.")
        depth = number - 1
        if let criticalError { throw criticalError }
        do throws(SQLError) { try connection?.rollback(to: number) } catch {
            note(error)
            throw error
        }
    }

    private mutating func note(_ error: SQLError) {
        if error.isCritical { criticalError = criticalError ?? error }
    }

    // MARK: Schema migrations

    mutating func run(_ migration: SchemaMigration) throws(DatabaseFailure) {
        guard let connection else { preconditionFailure("A migration ran without a connection.") }
        do throws(SQLError) { try connection.run(migration) } catch { throw .sql(error) }
    }
}
