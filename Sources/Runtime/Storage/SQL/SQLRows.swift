import RoostStorage

/// The rows of a statement, one after the other.
///
/// They are fetched as they are asked for, one ahead. Other statements, and other turns, do not disturb that; a change
/// of rows that were not reached yet may show. While there are rows left the database stays open, so read to the end or
/// let go of it.
///
/// Isolation: belongs to the object, as its storage; used after the instance has gone it throws
/// ``RoostError/Code/instanceGone``.
public final class SQLRows {
    /// The names of the columns; none when the statement gives no rows.
    public let columnNames: [String]

    /// How many rows the statement has read so far, as far as SQLite tells.
    public private(set) var rowsRead: Int

    /// How many rows the statement has written, those of triggers included.
    public private(set) var rowsWritten: Int

    private let database: ObjectDatabase
    private let storage: ObjectStorage
    /// The cursor while there may be further rows.
    private var cursor: Int?

    init(_ execution: DatabaseState.Execution, of database: ObjectDatabase, _ storage: ObjectStorage) {
        columnNames = execution.columnNames
        rowsRead = execution.rowsRead
        rowsWritten = execution.rowsWritten
        cursor = execution.cursor
        self.database = database
        self.storage = storage
    }

    deinit {
        if let cursor { database.close(cursor: cursor) }
    }

    /// The next row; nil after the last.
    public func next() throws(RoostError) -> SQLRow? { try fetch(1).first }

    /// All rows that are left.
    ///
    /// - Throws: ``RoostError/Code/limitExceeded`` when they take more memory than a database may.
    public func all() throws(RoostError) -> [SQLRow] { try fetch(.max) }

    /// The only row.
    ///
    /// - Throws: ``RoostError/Code/sql`` when there is none, or more than one.
    public func one() throws(RoostError) -> SQLRow {
        let rows = try fetch(2)
        guard let first = rows.first else {
            throw RoostError(.sql, "Expected exactly one result from SQL query, but got no results.")
        }
        guard rows.count == 1 else {
            throw RoostError(.sql, "Expected exactly one result from SQL query, but got multiple results.")
        }
        return first
    }

    private func fetch(_ countMax: Int) throws(RoostError) -> [SQLRow] {
        try storage.begin()
        guard let cursor else { return [] }
        let bytesMax = storage.limits.sql.memoryBytes
        let fetch = database.rows(of: cursor, countMax: countMax, bytesMax: bytesMax)
        if fetch.isFinished { self.cursor = nil }
        if let error = fetch.failure { throw storage.activation.failed(error) }
        rowsRead = fetch.rowsRead
        rowsWritten = fetch.rowsWritten
        guard !fetch.isTooLarge else {
            throw RoostError(
                .limitExceeded,
                "SQL query result set is too large to fit in memory. Read it row by row with `next()`."
            )
        }
        return fetch.rows.map { SQLRow(columnNames: columnNames, values: $0) }
    }
}

@available(*, unavailable)
extension SQLRows: Sendable {}
