/// The rows of a statement, one after the other.
///
/// A cursor is one row ahead: what it gives was fetched by the call before. Other statements do not disturb it, a
/// change of the rows it has not reached may show. A cursor of a statement that writes has fetched all its rows when
/// it is made, so that the turn can end at any time.
package final class SQLCursor {
    /// The names of the columns; empty when the statement gives no rows.
    package let columnNames: [String]
    /// The rows that the statement has read so far, as far as SQLite tells.
    package private(set) var rowsRead = 0
    /// The rows that the statement has written so far, those of triggers included.
    package private(set) var rowsWritten = 0
    private let database: SQLDatabase
    /// The statement while it may give further rows.
    private var statement: SQLStatement?
    private var rowsFetched = 0
    /// The rows of a statement that writes, last one first.
    private var fetched: [[SQLValue]] = []

    /// Runs a statement with its values bound to the first row.
    init(_ statement: SQLStatement, of database: SQLDatabase) throws(SQLError) {
        self.database = database
        self.statement = statement
        statement.isBusy = true
        _ = statement.scannedRows(startingOver: true)
        let changes = database.connection.totalChanges
        let hasRow: Bool
        do throws(SQLError) {
            hasRow = try statement.step()
        } catch {
            statement.isBusy = false
            throw error
        }
        columnNames = statement.columnNames()
        count(statement, hasRow: hasRow, changesBefore: changes)
        if !hasRow {
            finish(statement)
        } else if !statement.isReadOnly {
            try fetchAll(statement)
        }
    }

    deinit {
        if let statement { finish(statement) }
    }

    /// Whether it has given its last row.
    package var isFinished: Bool { statement == nil && fetched.isEmpty }

    /// Gives the next row, with one value for each column; `nil` after the last.
    package func next() throws(SQLError) -> [SQLValue]? {
        if let row = fetched.popLast() { return row }
        guard let statement else { return nil }
        try database.connection.requireUsable()
        let row = statement.row()
        try advance(statement)
        return row
    }

    private func advance(_ statement: SQLStatement) throws(SQLError) {
        let changes = database.connection.totalChanges
        let hasRow: Bool
        do throws(SQLError) {
            hasRow = try statement.step()
        } catch {
            finish(statement)
            throw error
        }
        count(statement, hasRow: hasRow, changesBefore: changes)
        if !hasRow { finish(statement) }
    }

    private func fetchAll(_ statement: SQLStatement) throws(SQLError) {
        var bytes = 0
        var rows: [[SQLValue]] = []
        while self.statement != nil {
            let row = statement.row()
            bytes += row.reduce(0) { $0 + $1.memoryBytes }
            guard bytes <= database.connection.limits.memoryBytes else {
                finish(statement)
                throw .outOfMemory
            }
            rows.append(row)
            try advance(statement)
        }
        fetched = rows.reversed()
    }

    /// Brings the counts up to date.
    ///
    /// SQLite counts the steps of scans, of which one less is made than rows are seen, and the rows it changes. The
    /// rows that a search in an index finds show only when they are given out or changed.
    private func count(_ statement: SQLStatement, hasRow: Bool, changesBefore: Int) {
        let connection = database.connection
        if hasRow { rowsFetched += 1 }
        rowsWritten += connection.totalChanges - changesBefore
        let steps = statement.scannedRows()
        let scanned = steps > 0 ? steps + 1 : 0
        let changed = statement.notes.readsWhatItChanges && rowsWritten > 0 ? connection.changes : 0
        rowsRead = max(rowsRead, scanned, rowsFetched, changed)
    }

    private func finish(_ statement: SQLStatement) {
        statement.reset()
        statement.isBusy = false
        self.statement = nil
    }
}
