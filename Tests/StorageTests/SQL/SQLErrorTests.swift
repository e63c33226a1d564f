import Testing

@testable import RoostStorage

/// The exact texts of the origin.
struct SQLErrorTests {
    @Test(arguments: [
        ("SELECT * bunk", #"near "bunk": syntax error at offset 9: SQLITE_ERROR"#),
        ("SELECT ;", #"near ";": syntax error at offset 7: SQLITE_ERROR"#),
        ("SELECT -;", #"near ";": syntax error at offset 8: SQLITE_ERROR"#),
        ("", "SQL code did not contain a statement."),
        (";", "SQL code did not contain a statement."),
        ("SELECT 1; -- comment", "SQL code did not contain a statement."),
        ("SELECT 1;;", "SQL code did not contain a statement."),
        ("SELECT ?", "Wrong number of parameter bindings for SQL query."),
        (
            "SELECT ?; SELECT 1",
            "When executing multiple SQL statements in a single call, only the last statement can have parameters."
        ),
        ("INSERT INTO t (id) VALUES ('x')", "datatype mismatch: SQLITE_MISMATCH"),
        (
            "INSERT INTO t (id, a) VALUES (2, 1)",
            "UNIQUE constraint failed: t.a: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)"
        ),
        (
            "INSERT INTO t (id) VALUES (1)",
            "UNIQUE constraint failed: t.id: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_PRIMARYKEY)"
        ),
        (
            "INSERT INTO t (id, b) VALUES (3, -1)",
            "CHECK constraint failed: b > 0: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_CHECK)"
        ),
        (
            "INSERT INTO u VALUES (99)",
            "FOREIGN KEY constraint failed: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_FOREIGNKEY)"
        ),
        ("SELECT zeroblob(5000000)", "string or blob too big: SQLITE_TOOBIG"),
    ])
    func `a failing statement says what the origin says`(sql: String, message: String) throws {
        let test = try Self.prepared()
        #expect(try test.message(sql) == message)
    }

    @Test func `SQLite failed statement reset - a statement can be used after an error`() throws {
        let test = try Self.prepared()
        let insert = "INSERT INTO t (id, a) VALUES (?, ?)"
        #expect(try test.error(insert, .integer(5), .integer(1)).code == 19)
        try test.rows(insert, .integer(5), .integer(50))
        #expect(try test.error(insert, .integer(6), .integer(50)).isCritical == false)
        #expect(try test.value("SELECT count(*) FROM t") == .integer(2))
    }

    @Test func `too many and too few bindings are refused`() throws {
        let test = try TestDatabase()
        #expect(try test.error("SELECT 1", .integer(1)).message == SQLError.wrongBindings.message)
        #expect(try test.error("SELECT ?, ?", .integer(1)).message == SQLError.wrongBindings.message)
        #expect(try test.rows("SELECT ?, ?", .integer(1), .integer(2)).count == 1)
    }

    @Test func `sql-test - CHECK violations, ignored and found again`() throws {
        let test = try Self.prepared()
        try test.rows("PRAGMA ignore_check_constraints=ON")
        try test.rows("INSERT INTO t (id, b) VALUES (3, -1), (4, -2)")
        try test.rows("PRAGMA ignore_check_constraints=OFF")
        #expect(try test.rows("PRAGMA quick_check").count == 2)
        #expect(
            try test.message("ALTER TABLE t ADD COLUMN c INTEGER CHECK (b > 0)").contains("CHECK constraint failed")
        )
    }

    @Test func `codes that SQLite may add later still have a name`() {
        #expect(SQLCodeName.primary(10) == "SQLITE_IOERR")
        #expect(SQLCodeName.primary(99) == "SQLITE_99")
        #expect(SQLCodeName.extended(10) == nil)
        #expect(SQLCodeName.extended(10 | 32 << 8) == "SQLITE_IOERR_DATA")
        #expect(SQLCodeName.extended(4 | 2 << 8) == "SQLITE_ABORT_ROLLBACK")
        #expect(SQLCodeName.extended(13 | 5 << 8) == "SQLITE_FULL_5")
    }

    private static func prepared() throws -> TestDatabase {
        let test = try TestDatabase()
        try test.rows(
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, a UNIQUE, b CHECK (b > 0));
            CREATE TABLE u (t REFERENCES t);
            INSERT INTO t VALUES (1, 1, 1);
            """
        )
        return test
    }
}
