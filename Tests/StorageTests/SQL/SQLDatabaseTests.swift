import Testing

@testable import RoostStorage

/// What a statement gives; the names are those of the origin's own cases, where it has one.
struct SQLDatabaseTests {
    @Test func `sql-test - number, string and blob results, columns named by their text`() throws {
        let test = try TestDatabase()
        let cursor = try test.database.execute("SELECT 123, 'hello', x'0102', 1.5, NULL")
        #expect(cursor.columnNames == ["123", "'hello'", "x'0102'", "1.5", "NULL"])
        #expect(try cursor.next() == [.integer(123), .text("hello"), .blob([1, 2]), .real(1.5), .null])
        #expect(try cursor.next() == nil)
        #expect(cursor.columnNames.count == 5)
    }

    @Test func `sql-test - one binding and two bindings`() throws {
        let test = try TestDatabase()
        #expect(try test.database.execute("SELECT ?", [.integer(456)]).columnNames == ["?"])
        #expect(try test.rows("SELECT ?, ?", .text("a"), .null) == [[.text("a"), .null]])
        #expect(try test.rows("SELECT ?1 + ?1", .integer(4)) == [[.integer(8)]])
    }

    @Test func `every kind of value comes back as it was bound`() throws {
        let test = try TestDatabase()
        let values: [SQLValue] = [
            .null, .integer(.min), .integer(.max), .real(0.1), .real(-.infinity), .text(""), .text("naïve 😀\0x"),
            .blob([]), .blob([0, 255, 0]),
        ]
        try test.rows("CREATE TABLE t (a)")
        for value in values { try test.rows("INSERT INTO t VALUES (?)", value) }
        #expect(try test.rows("SELECT a FROM t ORDER BY rowid") == values.map { [$0] })
        #expect(try test.rows("SELECT ?", .real(.nan)) == [[.null]])
    }

    @Test func `sql-test - UNION ALL rows, count, sum, cos, JSON operator, double-quoted text`() throws {
        let test = try TestDatabase()
        let rows = try test.rows("SELECT 1 AS v UNION ALL SELECT 2 UNION ALL SELECT 3")
        #expect(rows == [[.integer(1)], [.integer(2)], [.integer(3)]])
        #expect(try test.value("SELECT cos(0)") == .real(1))
        #expect(try test.rows("SELECT count(*), sum(value) FROM json_each('[4,5]')") == [[.integer(2), .integer(9)]])
        #expect(try test.value(#"SELECT '{"a":{"b":7}}' -> 'a' ->> 'b'"#) == .integer(7))
        #expect(try test.value(#"SELECT "foo""#) == .text("foo"))
    }

    @Test func `sql-test - current date, time and timestamp come from the injected clock`() throws {
        let test = try TestDatabase(now: 1_700_000_000_123)
        #expect(
            try test.rows("SELECT current_date, current_time, current_timestamp")
                == [[.text("2023-11-14"), .text("22:13:20"), .text("2023-11-14 22:13:20")]]
        )
        #expect(try test.value("SELECT strftime('%f', 'now')") == .text("20.123"))
    }

    @Test func `random numbers come from the injected source`() throws {
        let query = "SELECT random(), randomblob(20), abs(random()) >= 0"
        let first = try TestDatabase(seed: 7).rows(query)
        #expect(try TestDatabase(seed: 7).rows(query) == first)
        #expect(try TestDatabase(seed: 8).rows(query) != first)
        let test = try TestDatabase()
        try test.rows("CREATE TABLE t (a, b DEFAULT (random())); INSERT INTO t (a) VALUES (1)")
        #expect(try test.value("SELECT typeof(b) FROM t") == .text("integer"))
    }

    @Test func `testMultiStatement - all run, the rows are those of the last`() throws {
        let test = try TestDatabase()
        let rows = try test.rows(
            """
            PRAGMA foreign_keys = TRUE;
            CREATE TABLE t (a INTEGER);
            INSERT INTO t VALUES (1), (2);
            SELECT * FROM t;
            UPDATE t SET a = a + 10;
            SELECT a FROM t WHERE a > ?;\t\r\n\u{0B}\u{0C}\u{20}
            """,
            .integer(11)
        )
        #expect(rows == [[.integer(12)]])
    }

    @Test func `SQLite prepareMulti with failure - an error in the middle leaves earlier effects`() throws {
        let test = try TestDatabase()
        let message = try test.message(
            "CREATE TABLE t (a); INSERT INTO t VALUES (1); INSERT INTO u VALUES (1); SELECT 1"
        )
        #expect(message == "no such table: u: SQLITE_ERROR")
        #expect(try test.rows("SELECT a FROM t") == [[.integer(1)]])
    }

    @Test func `after ALTER TABLE a cached SELECT shows the new column`() throws {
        let test = try TestDatabase()
        try test.rows("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
        #expect(try test.database.execute("SELECT * FROM t").columnNames == ["a"])
        try test.rows("ALTER TABLE t ADD COLUMN b DEFAULT 2")
        let cursor = try test.database.execute("SELECT * FROM t")
        #expect(cursor.columnNames == ["a", "b"])
        #expect(try cursor.next() == [.integer(1), .integer(2)])
        try test.rows("ALTER TABLE t RENAME COLUMN b TO c")
        try test.rows("ALTER TABLE t RENAME TO u")
        try test.rows("ALTER TABLE u DROP COLUMN a")
        #expect(try test.database.execute("SELECT * FROM u").columnNames == ["c"])
    }

    @Test func `sql-test - duplicate column names are all kept`() throws {
        let test = try TestDatabase()
        try test.rows("CREATE TABLE x (a, b, c); CREATE TABLE y (c, d, e)")
        try test.rows("INSERT INTO x VALUES (1, 2, 3); INSERT INTO y VALUES (3, 4, 5)")
        let cursor = try test.database.execute("SELECT * FROM x INNER JOIN y ON x.c = y.c")
        #expect(cursor.columnNames == ["a", "b", "c", "c", "d", "e"])
        #expect(try cursor.next()?.count == 6)
        #expect(try test.database.execute("UPDATE x SET a = 1").columnNames.isEmpty)
    }

    @Test func `databaseSize - a fresh object has one page, a table adds one, dropping it restores`() throws {
        let test = try TestDatabase()
        #expect(test.database.databaseBytes == 4_096)
        try test.rows("CREATE TABLE t (a)")
        #expect(test.database.databaseBytes == 8_192)
        try test.rows("CREATE TABLE u (a)")
        #expect(test.database.databaseBytes == 12_288)
        try test.rows("DROP TABLE u")
        #expect(test.database.databaseBytes == 8_192)
        #expect(try test.reopened().database.databaseBytes == 8_192)
    }

    @Test func `SQLite R-Tree extension is enabled and FTS5 ranks, highlights and cuts out`() throws {
        let test = try TestDatabase()
        try test.rows(
            "CREATE VIRTUAL TABLE boxes USING rtree(id, x0, x1); INSERT INTO boxes VALUES (1, 0, 5), (2, 7, 9)"
        )
        #expect(try test.rows("SELECT id FROM boxes WHERE x1 < 6") == [[.integer(1)]])
        try test.rows(
            """
            CREATE TABLE docs (id INTEGER PRIMARY KEY, body TEXT);
            CREATE VIRTUAL TABLE found USING FtS5(body, tokenize='porter', content='docs', content_rowid='id');
            CREATE TRIGGER added AFTER INSERT ON docs BEGIN
              INSERT INTO found (rowid, body) VALUES (new.id, new.body);
            END;
            INSERT INTO docs (body) VALUES ('running runs run'), ('a walk'), ('the runner ran a long way to run');
            """
        )
        let reopened = try test.reopened()
        let rows = try reopened.rows(
            "SELECT rowid, highlight(found, 0, '<', '>') FROM found WHERE found MATCH 'run' ORDER BY bm25(found)"
        )
        #expect(rows.first == [.integer(1), .text("<running> <runs> <run>")])
        #expect(rows.count == 2)
        #expect(
            try reopened.value("SELECT snippet(found, 0, '[', ']', '…', 3) FROM found WHERE found MATCH 'walk'")
                == .text("a [walk]")
        )
        try reopened.rows("CREATE VIRTUAL TABLE words USING fTs5VoCaB(found, 'instance')")
        #expect(try reopened.value("SELECT count(*) FROM words WHERE term = 'run'") == .integer(4))
    }

    @Test func `DELETE with LIMIT is supported`() throws {
        let test = try TestDatabase()
        try test.rows("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), (2), (3), (4), (5)")
        try test.rows("DELETE FROM t LIMIT 2")
        #expect(try test.value("SELECT count(*) FROM t") == .integer(3))
    }
}
