public import RoostStorage

/// The SQL database of an object.
///
/// ```swift
/// let rows = try storage.sql.execute("SELECT id, text FROM messages WHERE author = ? ORDER BY id", author)
/// while let row = try rows.next() {
///     show(try row.get("id", as: Int.self), try row.get("text", as: String.self))
/// }
/// ```
///
/// It is SQLite, with foreign keys on and FTS5, JSON and mathematical functions, and with its pages in the object's own
/// part of the store. What statements change belongs to the turn like what `put` changes: it is visible at once, and
/// committed together with the turn's keys, or not at all.
///
/// Statements that control transactions, names that begin with `_cf_`, most pragmas and some functions are refused; use
/// ``ObjectStorage/transaction(_:)`` for parts of a turn that may be undone. A statement that runs for too long is
/// interrupted.
///
/// Isolation: belongs to the object, as its storage.
/// Failure: ``RoostError/Code/sql`` with SQLite's message in the origin's form; nothing of the failed statement is
/// kept. After an error that lost the whole turn (the database is full, a page cannot be read or written, a change was
/// interrupted) the object is reset, and every use says so with ``RoostError/Code/objectReset``.
public struct SQLStorage {
    let storage: ObjectStorage

    /// Executes one or more statements.
    ///
    /// All but the last run at once, and their rows are dropped; the bindings are those of the last. It runs to its
    /// first row, and to its end when it changes something. After it only white space may follow.
    ///
    /// - Parameters:
    ///   - query: The statements.
    ///   - bindings: The values of the last statement's parameters, in order; nil is `NULL`.
    /// - Returns: The rows of the last statement.
    @discardableResult
    public func execute(_ query: String, _ bindings: (any SQLBindable)?...) throws(RoostError) -> SQLRows {
        try execute(query, values: bindings.map { $0?.sqlValue ?? .null })
    }

    /// Executes one or more statements; see ``execute(_:_:)``.
    @discardableResult
    public func execute(_ query: String, values: [SQLValue]) throws(RoostError) -> SQLRows {
        let database = try storage.requireDatabase()
        let activation = storage.activation
        let execution = database.execute(query, values, for: activation, mayWrite: storage.mayWriteSQL)
        if execution.hasBegunChange { storage.markSQLChange() }
        if let failure = execution.failure { throw activation.failed(failure) }
        return SQLRows(execution, of: database, storage)
    }

    /// The size of the database in bytes, without its free pages.
    public var databaseSize: Int {
        get throws(RoostError) {
            let database = try storage.requireDatabase()
            do throws(DatabaseFailure) {
                return try database.size(for: storage.activation)
            } catch {
                throw storage.activation.failed(error)
            }
        }
    }
}

@available(*, unavailable)
extension SQLStorage: Sendable {}
