import Testing

@testable import RoostStorage

/// How rows come, and how they are counted.
struct SQLCursorTests {
    @Test func `io-stats - while iterating, one row more is read than seen`() throws {
        let test = try Self.prepared(rows: 10)
        let cursor = try test.database.execute("SELECT * FROM things")
        #expect(cursor.rowsRead == 1)
        for seen in 1...10 {
            _ = try cursor.next()
            #expect(cursor.rowsRead == min(seen + 1, 10))
        }
        #expect(try cursor.next() == nil)
        #expect(cursor.rowsRead == 10)
        #expect(cursor.rowsWritten == 0)
    }

    @Test func `io-stats - interleaved cursors of one text count separately`() throws {
        let test = try Self.prepared(rows: 3)
        let first = try test.database.execute("SELECT id FROM things")
        let second = try test.database.execute("SELECT id FROM things")
        #expect(try first.next() == [.integer(0)])
        #expect(try second.next() == [.integer(0)])
        #expect(try first.next() == [.integer(1)])
        #expect(first.rowsRead == 3)
        #expect(second.rowsRead == 2)
        #expect(try TestDatabase.all(second).count == 2)
        #expect(try TestDatabase.all(first).count == 1)
        #expect(try first.next() == nil)
    }

    @Test(arguments: [
        ("SELECT * FROM things", 1_000), ("SELECT * FROM things WHERE id = 5", 1),
        ("SELECT * FROM things WHERE unindexed_int = 5000", 1_000), ("SELECT max(unindexed_int) FROM things", 1_000),
        ("SELECT min(id) FROM things", 1), ("SELECT * FROM things LIMIT 5", 5),
    ])
    func `SQLite read row counters (basic)`(sql: String, read: Int) throws {
        let test = try Self.prepared(rows: 1_000)
        let cursor = try test.database.execute(sql)
        _ = try TestDatabase.all(cursor)
        #expect(cursor.rowsRead == read)
        #expect(cursor.rowsWritten == 0)
    }

    @Test func `SQLite write row counters (basic)`() throws {
        let test = try Self.prepared(rows: 3)
        try test.rows("CREATE TABLE plain (id INTEGER)")
        func counts(_ sql: String) throws -> [Int] {
            let cursor = try test.database.execute(sql)
            return [cursor.rowsRead, cursor.rowsWritten]
        }
        #expect(try counts("INSERT INTO plain VALUES (1)") == [0, 1])
        #expect(try counts("INSERT INTO plain SELECT id FROM things") == [3, 3])
        #expect(try counts("DELETE FROM things WHERE id = 1") == [1, 1])
        #expect(try counts("DELETE FROM things WHERE id = 998877112233")[1] == 0)
        #expect(try counts("UPDATE plain SET id = id * 10 WHERE id >= 1")[1] == 3)
        #expect(try counts("SELECT id FROM plain WHERE id IN (1, 10, 20)")[1] == 0)
    }

    @Test func `SQLite row counters with triggers - what they write is added`() throws {
        let test = try TestDatabase()
        try test.rows(
            """
            CREATE TABLE things (id INTEGER PRIMARY KEY);
            CREATE TABLE log (id INTEGER, verb TEXT);
            CREATE TRIGGER i AFTER INSERT ON things BEGIN INSERT INTO log VALUES (new.id, 'INSERT'); END;
            CREATE TRIGGER d AFTER DELETE ON things BEGIN INSERT INTO log VALUES (old.id, 'DELETE'); END;
            """
        )
        #expect(try test.database.execute("INSERT INTO things VALUES (1)").rowsWritten == 2)
        try test.rows("INSERT INTO things VALUES (2), (3)")
        #expect(try test.database.execute("DELETE FROM things").rowsWritten == 6)
    }

    @Test func `SQLite row counters (large row insert) - a row of many pages is one`() throws {
        let test = try TestDatabase()
        try test.rows("CREATE TABLE large (id INTEGER PRIMARY KEY, value TEXT)")
        let text = String(repeating: "A", count: 100_000)
        #expect(try test.database.execute("INSERT INTO large VALUES (1, ?)", [.text(text)]).rowsWritten == 1)
        let reopened = try test.reopened()
        let cursor = try reopened.database.execute("SELECT value FROM large WHERE id = 1")
        #expect(try cursor.next() == [.text(text)])
        #expect(cursor.rowsRead == 1)
    }

    @Test func `rows of a statement that writes are there after the turn has ended`() throws {
        let test = try Self.prepared(rows: 5)
        let cursor = try test.database.execute("UPDATE things SET value = 'x' RETURNING id")
        #expect(cursor.columnNames == ["id"])
        #expect(cursor.rowsWritten == 5)
        try test.database.flush()
        try test.database.savepoint(1)
        #expect(try TestDatabase.all(cursor).map { $0[0] } == (0..<5).map { .integer($0) })
        try test.database.release(1)
    }

    @Test func `a cursor goes on over writes and the end of the turn`() throws {
        let test = try Self.prepared(rows: 100)
        let cursor = try test.database.execute("SELECT id FROM things")
        #expect(try cursor.next() == [.integer(0)])
        try test.rows("INSERT INTO things VALUES (1000, 1, 'late')")
        try test.database.flush()
        try test.rows("DELETE FROM things WHERE id = 50")
        try test.database.flush()
        let rest = try TestDatabase.all(cursor)
        #expect(rest.count == 99)
        #expect(rest.last == [.integer(1_000)])
    }

    @Test func `reset database - an unfinished cursor is canceled, a finished one stays finished`() throws {
        let test = try Self.prepared(rows: 2)
        let unfinished = try test.database.execute("SELECT id FROM things")
        let finished = try test.database.execute("SELECT 1")
        _ = try finished.next()
        test.database.discard()
        #expect(try finished.next() == nil)
        #expect(throws: SQLError.self) { try unfinished.next() }
        #expect(try test.message("SELECT 1") == "SQLite query was canceled because the database was deleted.")
        #expect(try TestDatabase().message("SELECT id FROM things").hasPrefix("no such table: things"))
    }

    @Test func `testCursorUaf - a cursor keeps its database alive`() throws {
        func cursor() throws -> SQLCursor {
            try Self.prepared(rows: 3).database.execute("SELECT id FROM things")
        }
        #expect(try TestDatabase.all(cursor()).count == 3)
    }

    @Test func `a cursor that is dropped gives its statement back`() throws {
        let test = try Self.prepared(rows: 3)
        for _ in 0..<100 { _ = try test.database.execute("SELECT id FROM things").next() }
        #expect(test.database.cache.statement(for: "SELECT id FROM things")?.isBusy == false)
        try test.rows("DROP TABLE things")
    }

    private static func prepared(rows: Int) throws -> TestDatabase {
        let test = try TestDatabase()
        try test.rows("CREATE TABLE things (id INTEGER PRIMARY KEY, unindexed_int INTEGER, value TEXT)")
        for row in 0..<Int64(rows) {
            try test.rows("INSERT INTO things VALUES (?, ?, 'value')", .integer(row), .integer(row * 1_000))
        }
        return test
    }
}
