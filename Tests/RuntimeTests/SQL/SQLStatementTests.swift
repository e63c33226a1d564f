import RoostRuntime
import RoostTesting
import Testing

/// Statements, their rows and their errors, through the objects' own API.
///
/// The names are those of the origin's cases.
struct SQLStatementTests {
    private let test: SQLTest

    init() throws { test = try SQLTest() }

    @Test(arguments: [
        ("number / string / blob results", "SELECT 123, 'hello', x'0aff', 1.5, NULL", "123|hello|x0aff|1.5|null"),
        ("UNION ALL rows", "SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3", "1 2 3"),
        ("count(), sum(), cos()", "SELECT count(*), sum(value), cos(0) FROM json_each('[1,2,3]')", "3|6|1.0"),
        ("abs() allowed", "SELECT abs(-5)", "5"),
        ("JSON -> operator", "SELECT '{\"a\":{\"b\":1}}' -> 'a'", "{\"b\":1}"),
        ("JSON ->> operator", "SELECT '{\"a\":{\"b\":1}}' ->> '$.a.b'", "1"),
        ("5-term compound SELECT", "SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5", "1 2 3 4 5"),
        ("double-quoted text", "SELECT \"foo\"", "foo"),
        ("ZEROBLOB(10)", "SELECT zeroblob(3)", "x000000"),
        ("current_date format", "SELECT current_date LIKE '____-__-__', current_time LIKE '__:__:__'", "1|1"),
        ("current_timestamp format", "SELECT current_timestamp LIKE '____-__-__ __:__:__'", "1"),
        ("data_version readable", "SELECT count(*) FROM (SELECT 1) WHERE 1", "1"),
        ("several kinds of white space at the end", "SELECT 1; \t\n\r\u{0B}\u{0C}", "1"),
        ("two statements return the last", "SELECT 1; SELECT 2;", "2"),
        ("numbered parameters are one", "SELECT 1 AS a WHERE 1 = 1", "1"),
    ])
    func `sql-test`(name: String, sql: String, expected: String) async throws {
        #expect(try await test.text(sql) == expected, "\(name)")
    }

    @Test func `sql-test - unaliased columns are named by their text, bindings by their question mark`() async throws {
        let names = try await test.inside { box in
            let sql = box.storage.sql
            return try
                (sql.execute("SELECT 'hello', 1 + 1").columnNames
                + sql.execute("SELECT ?", 1).columnNames
                + sql.execute("SELECT ?1, ?1 AS b", "x").columnNames).joined(separator: " ")
        }
        #expect(names == "'hello' 1 + 1 ? ?1 b")
    }

    @Test func `sql-test - next gives row after row and then nothing, all gives the rest`() async throws {
        let seen = try await test.inside { box in
            let rows = try box.storage.sql.execute("SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3")
            let first = try rows.next()?.get("n", as: Int.self) ?? 0
            let rest = try rows.all().map(\.text).joined(separator: ",")
            let ended = try rows.next() == nil && rows.all().isEmpty
            return "\(first) \(rest) \(ended)"
        }
        #expect(seen == "1 2,3 true")
    }

    @Test func `sql-test - one returns the row and consumes the cursor`() async throws {
        let seen = try await test.inside { box in
            let rows = try box.storage.sql.execute("SELECT 7 AS n")
            let row = try rows.one()
            return "\(row.text) \(try rows.next() == nil)"
        }
        #expect(seen == "7 true")
        let none = try await test.error { try $0.storage.sql.execute("SELECT 1 WHERE 0").one().text }
        #expect(none.message == "Expected exactly one result from SQL query, but got no results.")
        let many = try await test.error { try $0.storage.sql.execute("SELECT 1 UNION SELECT 2").one().text }
        #expect(many.message == "Expected exactly one result from SQL query, but got multiple results.")
        #expect(many.code == .sql)
    }

    @Test func `sql-test - join with duplicate column names, the later one wins by name`() async throws {
        try await test.text("CREATE TABLE abc (a, b, c); CREATE TABLE cde (c, d, e)")
        try await test.text("INSERT INTO abc VALUES (1, 2, 3); INSERT INTO cde VALUES (4, 5, 6)")
        let seen = try await test.inside { box in
            let rows = try box.storage.sql.execute("SELECT * FROM abc, cde")
            let row = try rows.one()
            let updated = try box.storage.sql.execute("UPDATE abc SET a = 1").columnNames.count
            return "\(row.text) \(try row.get("c", as: Int.self)) \(rows.columnNames.joined()) \(updated)"
        }
        #expect(seen == "1|2|3|4|5|6 4 abccde 0")
    }

    @Test func `sql-test - io-stats`() async throws {
        try await test.text("CREATE TABLE t (id INTEGER PRIMARY KEY, a)")
        let seen = try await test.inside { box in
            let sql = box.storage.sql
            var counts: [Int] = []
            for index in 0..<10 { counts.append(try sql.execute("INSERT INTO t (a) VALUES (?)", index).rowsWritten) }
            let rows = try sql.execute("SELECT * FROM t")
            let other = try sql.execute("SELECT * FROM t")
            _ = try other.next()
            for _ in 0..<10 {
                counts.append(rows.rowsRead)
                _ = try rows.next()
            }
            return "\(counts) \(rows.rowsRead) \(other.rowsRead)"
        }
        // One row ahead of what was seen, and never more than there are.
        #expect(seen == "[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10] 10 2")
        let temporary = try await test.inside { box in
            try "\(box.storage.sql.execute("SELECT a FROM t WHERE a IN (1, 2, 3)").rowsWritten)"
        }
        #expect(temporary == "0")
    }

    @Test func `testMultiStatement`() async throws {
        let seen = try await test.inside { box in
            try box.storage.sql.text(
                "PRAGMA case_sensitive_like=ON; CREATE TABLE t (a); INSERT INTO t VALUES (1); INSERT INTO t VALUES (?);"
                    .replacing("?", with: "2") + " SELECT a FROM t WHERE a < ?",
                9
            )
        }
        #expect(seen == "1 2")
    }

    @Test func `testResizableArrayBufferBlobBinding - bytes are copied when they are bound`() async throws {
        let seen = try await test.inside { box in
            var bytes: [UInt8] = [1, 2, 3]
            let rows = try box.storage.sql.execute("SELECT ? AS b UNION ALL SELECT ?", bytes, bytes)
            bytes.append(4)
            return try rows.text()
        }
        #expect(seen == "x010203 x010203")
    }

    @Test(arguments: [
        ("", "SQL code did not contain a statement."),
        (";", "SQL code did not contain a statement."),
        ("SELECT 1; -- comment", "SQL code did not contain a statement."),
        ("SELECT ;", "near \";\": syntax error at offset 7: SQLITE_ERROR"),
        ("SELECT -;", "near \";\": syntax error at offset 8: SQLITE_ERROR"),
        ("SELECT * bunk", "near \"bunk\": syntax error at offset 9: SQLITE_ERROR"),
        ("SELECT ?", "Wrong number of parameter bindings for SQL query."),
        (
            "SELECT ?; SELECT 1",
            "When executing multiple SQL statements in a single call, only the last statement can have parameters."
        ),
        ("INSERT INTO t VALUES ('x')", "datatype mismatch: SQLITE_MISMATCH"),
        ("CREATE TABLE _cf_invalid (a)", "not authorized: SQLITE_AUTH"),
        ("CREATE TABLE _CF_test (a)", "not authorized: SQLITE_AUTH"),
        ("CREATE VIRTUAL TABLE _cf_fts_test USING fts5(a)", "not authorized: SQLITE_AUTH"),
        ("CREATE TEMP TABLE x (a)", "not authorized: SQLITE_AUTH"),
        ("PRAGMA hard_heap_limit", "not authorized: SQLITE_AUTH"),
        ("PRAGMA max_page_count = 1", "not authorized: SQLITE_AUTH"),
        ("PRAGMA page_size = 512", "not authorized: SQLITE_AUTH"),
        ("PRAGMA data_version = 1", "not authorized: SQLITE_AUTH"),
        ("PRAGMA defer_foreign_keys=abcd", "not authorized: SQLITE_AUTH"),
        ("PRAGMA defer_foreign_keys=\"foo\"", "not authorized: SQLITE_AUTH"),
        ("SELECT sqlite_version()", "not authorized to use function: sqlite_version"),
        (
            "SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6",
            "too many terms in compound SELECT: SQLITE_ERROR"
        ),
    ])
    func `sql-test - errors`(sql: String, message: String) async throws {
        try await test.text("CREATE TABLE t (id INTEGER PRIMARY KEY)")
        let seen = try await test.inside { box in
            let error = try box.storage.sql.error(sql)
            return "\(error.code) \(error.message)"
        }
        #expect(seen.hasPrefix("sql \(message)"), "\(seen)")
        // The object goes on.
        #expect(try await test.text("SELECT 1") == "1")
    }

    @Test(arguments: ["BEGIN TRANSACTION", "SAVEPOINT foo", "COMMIT", "ROLLBACK"])
    func `sql-test - BEGIN TRANSACTION and SAVEPOINT rejected with the advice text`(sql: String) async throws {
        let message = try await test.inside { try $0.storage.sql.error(sql).message }
        #expect(message.hasPrefix("To execute a transaction, please use the state.storage.transaction() or"))
    }

    @Test(arguments: ["true", "false", "on", "off", "yes", "no", "1", "0", "TRUE", "'on'", "\"off\"", "  true  "])
    func `sql-test - defer_foreign_keys accepts every way to write truth`(value: String) async throws {
        _ = try await test.text("PRAGMA defer_foreign_keys = \(value)")
    }

    @Test func `sql-test - a full statement text that breaks off`() async throws {
        let message = try await test.inside { try $0.storage.sql.error("PRAGMA defer_foreign_keys='foo").message }
        #expect(message.hasPrefix("unrecognized token"))
    }

    @Test func `sql-test - quick_check, table_info, optimize and ANALYZE`() async throws {
        try await test.text(
            "CREATE TABLE t (a INTEGER, b TEXT); CREATE INDEX i ON t (a); INSERT INTO t VALUES (1, 'x')"
        )
        for argument in ["", "(1)", "(100)", "(t)"] {
            #expect(try await test.text("PRAGMA quick_check\(argument)") == "ok")
        }
        #expect(try await test.text("PRAGMA table_info(t)") == "0|a|INTEGER|0|null|0 1|b|TEXT|0|null|0")
        #expect(try await test.text("PRAGMA page_size") == "4096")
        // Which tables are worth it is for SQLite to say, and depends on its version.
        for argument in ["-1", "0x7fffffff"] { try await test.text("PRAGMA optimize(\(argument))") }
        #expect(try await test.text("PRAGMA optimize=0x10002; ANALYZE; PRAGMA optimize").isEmpty)
    }

    @Test func `SQLite extended error codes in messages - programs can tell them apart`() async throws {
        try await test.text("CREATE TABLE t (a UNIQUE, b NOT NULL); INSERT INTO t VALUES (1, 1)")
        let seen = try await test.inside { box in
            let unique = try box.storage.sql.error("INSERT INTO t VALUES (1, 1)")
            let null = try box.storage.sql.error("INSERT INTO t VALUES (2, NULL)")
            return "\(unique.message) \(unique.sqlCode ?? "") \(null.sqlCode ?? "") \(unique.reset)"
        }
        #expect(
            seen == "UNIQUE constraint failed: t.a: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE) "
                + "SQLITE_CONSTRAINT_UNIQUE SQLITE_CONSTRAINT_NOTNULL false"
        )
    }

    @Test func `testCursorUaf - rows outlive the value they were asked through`() async throws {
        let seen = try await test.inside { box in
            let rows: SQLRows
            do {
                let sql = box.storage.sql
                rows = try sql.execute("SELECT value FROM json_each('[1,2,3]')")
            }
            return try rows.text()
        }
        #expect(seen == "1 2 3")
    }

    @Test(arguments: [
        "CREATE VIRTUAL TABLE x USING unknown(a)", "PRAGMA table_info(_cf_KV)", "PRAGMA quick_check(_cf_KV)",
        "ATTACH 'x' AS y", "PRAGMA journal_mode=DELETE", "PRAGMA synchronous=FULL", "PRAGMA locking_mode=NORMAL",
        "PRAGMA cache_spill=ON", "PRAGMA writable_schema=ON", "PRAGMA user_version=1",
    ])
    func `sql-test - what could reach past the object's tables is not authorized`(sql: String) async throws {
        let seen = try await test.inside { try $0.storage.sql.error(sql).sqlCode ?? "" }
        #expect(seen == "SQLITE_AUTH" || seen == "SQLITE_ERROR")
        #expect(try await test.text("SELECT 1") == "1")
    }

    @Test func `a query that runs away is interrupted, and the object goes on`() async throws {
        var limits = ObjectLimits.cloudflare
        limits.sql.steps = 100_000
        let test = try SQLTest(limits: limits)
        let error = try await test.error { box in
            try box.storage.sql.text(
                "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c"
            )
        }
        #expect(error.sqlCode == "SQLITE_INTERRUPT")
        #expect(try await test.text("SELECT 1") == "1")
    }

    @Test func `SqlStorage Cursor toArray aborts once the result takes too much memory`() async throws {
        var limits = ObjectLimits.cloudflare
        limits.sql.memoryBytes = 1 << 20
        let test = try SQLTest(limits: limits)
        let error = try await test.error { box in
            let rows = try box.storage.sql.execute("SELECT zeroblob(300000) FROM json_each('[1,2,3,4,5,6]')")
            return "\(try rows.all().count)"
        }
        #expect(error.code == .limitExceeded)
        #expect(error.message.hasPrefix("SQL query result set is too large to fit in memory."))
        #expect(try await test.inside { "\(try $0.storage.sql.execute("SELECT 1 WHERE 0").all().count)" } == "0")
    }

    @Test func `a class without SQL storage is told so`() async throws {
        let test = try RoostTest { try $0.register(SQLBox.self) }
        let box = try test.objects(of: SQLBox.self).get("box")
        let seen = try await box.inside { box in
            let error = try box.storage.sql.error("SELECT 1")
            let size = #expect(throws: RoostError.self) { try box.storage.sql.databaseSize }
            return "\(error.code) \(size?.code.description ?? "") \(error.message)"
        }
        #expect(seen.hasPrefix("sql_not_enabled sql_not_enabled SQL is not enabled for this Durable Object class."))
    }
}
