import CSQLite

/// A SQLite database in a file of its own (WAL, full sync) with one prepared statement.
final class NativeDatabase {
    struct Failure: Error, CustomStringConvertible {
        let message: String
        var description: String { "SQLite: \(message)" }
    }

    /// What is done again and again.
    struct Work: Sendable {
        let setUp: String
        let statement: String

        /// One row changes in place.
        static let counter = Work(
            setUp: "CREATE TABLE counter (id INTEGER PRIMARY KEY, value INTEGER); INSERT INTO counter VALUES (1, 0);",
            statement: "UPDATE counter SET value = value + 1 WHERE id = 1"
        )

        /// One key is put.
        static let put = Work(
            setUp: "CREATE TABLE entries (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;",
            statement: "INSERT OR REPLACE INTO entries VALUES ('key', randomblob(100))"
        )

        /// A row is added.
        static let insert = Work(setUp: BenchDatabase.schema, statement: BenchDatabase.insert)

        /// A row is found by its number.
        static let point = Work(setUp: BenchDatabase.filledSchema, statement: BenchDatabase.point)

        /// A hundred rows of an index.
        static let range = Work(setUp: BenchDatabase.filledSchema, statement: BenchDatabase.range)

        /// A key is read.
        static let get = Work(
            setUp: entries(BenchEntries.count),
            statement: "SELECT value FROM entries WHERE key = 'key-000500'"
        )

        /// A thousand keys are read in order.
        static let scan = Work(
            setUp: entries(BenchEntries.count),
            statement: "SELECT key, value FROM entries WHERE key >= 'key-' ORDER BY key LIMIT 1000"
        )

        private static func entries(_ count: Int) -> String {
            """
            CREATE TABLE entries (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
            WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < \(count))
            INSERT INTO entries SELECT printf('key-%06d', i), randomblob(100) FROM n;
            """
        }
    }

    private var connection: OpaquePointer?
    private var statement: OpaquePointer?

    init(_ path: String, work: Work) throws {
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        guard sqlite3_open_v2(path, &connection, flags, nil) == SQLITE_OK else {
            throw Failure(message: "cannot open a database file")
        }
        let setUp = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; BEGIN; \(work.setUp) COMMIT;"
        guard sqlite3_exec(connection, setUp, nil, nil, nil) == SQLITE_OK,
            sqlite3_prepare_v2(connection, work.statement, -1, &statement, nil) == SQLITE_OK
        else { throw Failure(message: String(cString: sqlite3_errmsg(connection))) }
    }

    deinit {
        sqlite3_finalize(statement)
        sqlite3_close(connection)
    }

    /// Runs the statement to its end.
    ///
    /// - Returns: How many rows it gave; every column was read.
    @discardableResult
    func step() throws -> Int {
        var rows = 0
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW:
                for column in 0..<sqlite3_column_count(statement) {
                    if sqlite3_column_type(statement, column) == SQLITE_INTEGER {
                        _ = sqlite3_column_int64(statement, column)
                    } else if let bytes = sqlite3_column_blob(statement, column) {
                        let count = Int(sqlite3_column_bytes(statement, column))
                        _ = [UInt8](UnsafeRawBufferPointer(start: bytes, count: count))
                    }
                }
                rows += 1
            case SQLITE_DONE:
                guard sqlite3_reset(statement) == SQLITE_OK else { fallthrough }
                return rows
            default:
                throw Failure(message: String(cString: sqlite3_errmsg(connection)))
            }
        }
    }

    /// How long one run takes, in microseconds, with everything in SQLite's cache.
    func microseconds(runs: Int) throws -> Double {
        try step()
        let time = try ContinuousClock().measure { for _ in 0..<runs { try step() } }
        return time / .microseconds(1) / Double(runs)
    }
}
