import RoostRuntime
import RoostTesting
import Testing

/// Tables and what stands around them: sizes, changes of tables, keys, full-text search.
///
/// The names are those of the origin's cases.
struct SQLTableTests {
    private let test: SQLTest

    init() throws { test = try SQLTest() }

    @Test func `sql-test - databaseSize, a new table adds a page, dropping it restores`() async throws {
        let sizes = try await test.inside { box in
            let sql = box.storage.sql
            var sizes = [try sql.databaseSize]
            try sql.execute("CREATE TABLE first (a)")
            sizes.append(try sql.databaseSize)
            try sql.execute("CREATE TABLE other (a)")
            sizes.append(try sql.databaseSize)
            try sql.execute("DROP TABLE other")
            sizes.append(try sql.databaseSize)
            return "\(sizes)"
        }
        #expect(sizes == "[4096, 8192, 12288, 8192]")
    }

    @Test func `sql-test - ALTER TABLE, rename table, add, rename and drop column`() async throws {
        let seen = try await test.inside { box in
            let sql = box.storage.sql
            try sql.execute("CREATE TABLE before (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO before (a) VALUES ('x')")
            try sql.execute("ALTER TABLE before RENAME TO after")
            try sql.execute("ALTER TABLE after ADD COLUMN b TEXT DEFAULT 'y'")
            try sql.execute("ALTER TABLE after RENAME COLUMN b TO c")
            let renamed = try sql.execute("SELECT * FROM after").one()
            try sql.execute("ALTER TABLE after DROP COLUMN a")
            let dropped = try sql.execute("SELECT * FROM after").one()
            return "\(renamed.columnNames) \(renamed.text) \(dropped.columnNames) \(dropped.text)"
        }
        #expect(seen == "[\"id\", \"a\", \"c\"] 1|x|y [\"id\", \"c\"] 1|y")
    }

    @Test func `sql-test - CHECK violations, ignored, not checked again, and found by quick_check`() async throws {
        let seen = try await test.inside { box in
            let sql = box.storage.sql
            try sql.execute("CREATE TABLE t (a TEXT CHECK (a != 'bad'))")
            let violation = try sql.error("INSERT INTO t VALUES ('bad')").message
            try sql.execute("INSERT INTO t VALUES ('worse')")
            let addition = try sql.error("ALTER TABLE t ADD COLUMN b CHECK (a != 'worse')").message
            try sql.execute("PRAGMA ignore_check_constraints=ON; INSERT INTO t VALUES ('bad'), ('bad')")
            try sql.execute("PRAGMA ignore_check_constraints=OFF")
            let count = try sql.text("SELECT count(*) FROM t")
            let check = try sql.execute("PRAGMA quick_check").all().count
            return "\(violation) / \(addition) / \(count) \(check)"
        }
        #expect(
            seen.contains("CHECK constraint failed: a != 'bad': SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_CHECK)")
        )
        #expect(seen.contains("CHECK constraint failed"))
        #expect(seen.hasSuffix(" / 3 2"))
    }

    @Test
    func `sql-test - after ALTER TABLE a cached SELECT shows the new column and a cached INSERT takes two values`()
        async throws
    {
        let seen = try await test.inside { box in
            let sql = box.storage.sql
            try sql.execute("CREATE TABLE t (a)")
            try sql.execute("INSERT INTO t VALUES (1)")
            let before = try sql.execute("SELECT * FROM t").columnNames
            try sql.execute("ALTER TABLE t ADD COLUMN b DEFAULT 2")
            let after = try sql.execute("SELECT * FROM t").columnNames
            try sql.execute("INSERT INTO t VALUES (?, ?)", 3, 4)
            return "\(before) \(after) \(try sql.text("SELECT * FROM t"))"
        }
        #expect(seen == "[\"a\"] [\"a\", \"b\"] 1|2 3|4")
    }

    @Test func `sql-test - foreign keys are enforced by default, in execute and in a transaction`() async throws {
        let seen = try await test.inside { box in
            let sql = box.storage.sql
            try sql.execute("CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p)")
            let alone = try sql.error("INSERT INTO c VALUES (1)").message
            var inside = ""
            try box.storage.transaction { inside = try sql.error("INSERT INTO c VALUES (1)").message }
            return "\(alone) \(alone == inside)"
        }
        #expect(
            seen == "FOREIGN KEY constraint failed: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_FOREIGNKEY) true"
        )
    }

    @Test func `sql-test - foreign_keys=OFF lets a forward reference in, and foreign_key_check shows it`() async throws
    {
        let seen = try await test.inside { box in
            let sql = box.storage.sql
            // Outside a transaction: the turn has changed nothing yet.
            try sql.execute("PRAGMA foreign_keys=OFF")
            try box.storage.transaction {
                try sql.execute("CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p)")
                try sql.execute("INSERT INTO c VALUES (1)")
            }
            let broken = try sql.execute("PRAGMA foreign_key_check").all().count
            try sql.execute("INSERT INTO p VALUES (1)")
            return "\(broken) \(try sql.execute("PRAGMA foreign_key_check").all().count)"
        }
        #expect(seen == "1 0")
        // The setting belongs to the connection, which stays open for it.
        #expect(try await test.text("INSERT INTO c VALUES (99); SELECT count(*) FROM c") == "2")
    }

    @Test func `sql-test - deferred FK satisfied before commit is fine`() async throws {
        try await test.text(
            "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p DEFERRABLE INITIALLY DEFERRED)"
        )
        try await test.text("INSERT INTO c VALUES (1); INSERT INTO p VALUES (1)")
        #expect(try await test.text("SELECT * FROM c") == "1")
    }

    @Test func `sql-test - deferred FK violated at commit resets the object`() async throws {
        try await test.text(
            "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p DEFERRABLE INITIALLY DEFERRED)"
        )
        let error = try await test.error { box in
            try box.storage.put("key", 1)
            return try box.storage.sql.text("INSERT INTO c VALUES (1)")
        }
        #expect(error.code == .objectReset && error.reset)
        #expect(
            error.message.hasPrefix(
                "Durable Object was reset and rolled back to its last known good state because the application left the "
                    + "database in a state where constraints were violated: FOREIGN KEY constraint failed: "
                    + "SQLITE_CONSTRAINT"
            )
        )
        // Neither the row nor the key of that turn is there; the object starts afresh.
        let after = try await test.inside { box in
            "\(try box.storage.sql.text("SELECT count(*) FROM c")) \(try box.storage.get("key", as: Int.self) == nil)"
        }
        #expect(after == "0 true")
    }

    @Test func `sql-test - FTS5 triggers, porter stemming, bm25 order, highlight and snippet`() async throws {
        let seen = try await test.inside { box in
            let sql = box.storage.sql
            try sql.execute(
                """
                CREATE TABLE docs (id INTEGER PRIMARY KEY, title TEXT, body TEXT);
                CREATE VIRTUAL TABLE docs_fts USING FtS5(title, body, content='docs', content_rowid='id', tokenize=porter);
                CREATE VIRTUAL TABLE words USING fTs5VoCaB(docs_fts, instance);
                CREATE TRIGGER docs_i AFTER INSERT ON docs BEGIN
                    INSERT INTO docs_fts(rowid, title, body) VALUES (new.id, new.title, new.body);
                END
                """
            )
            try sql.execute(
                "INSERT INTO docs (title, body) VALUES ('cats', 'a cat runs'), ('dogs', 'running running dogs')"
            )
            let order = try sql.text("SELECT rowid FROM docs_fts WHERE docs_fts MATCH 'run' ORDER BY bm25(docs_fts)")
            let mark = try sql.text(
                "SELECT highlight(docs_fts, 1, '<', '>') FROM docs_fts WHERE docs_fts MATCH 'cat' LIMIT 1"
            )
            let snippet = try sql.text("SELECT snippet(docs_fts, 1, '[', ']', '...', 2) FROM docs_fts('dog')")
            return "\(order) / \(mark) / \(snippet) / \(try sql.text("SELECT count(*) FROM words WHERE term = 'run'"))"
        }
        #expect(seen == "2 1 / a <cat> runs / ...running [dogs] / 3")
        // It is there again when the database is opened again.
        try await test.test.restart()
        #expect(try await test.text("SELECT rowid FROM docs_fts WHERE docs_fts MATCH 'dogs'") == "2")
    }

    @Test func `sql-test - pragma_table_list and nested JSON over the schema`() async throws {
        try await test.text("CREATE TABLE a (x INTEGER, y TEXT); CREATE TABLE b (z REAL)")
        #expect(try await test.text("SELECT name FROM pragma_table_list WHERE name IN ('a', 'b') ORDER BY 1") == "a b")
        let json = try await test.text(
            """
            SELECT json_group_array(json_object('name', name, 'columns', (
                SELECT json_group_object(c.name, c.type) FROM pragma_table_info(m.name) c
            ))) FROM (SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name) m
            """
        )
        #expect(json == #"[{"name":"a","columns":{"x":"INTEGER","y":"TEXT"}},{"name":"b","columns":{"z":"REAL"}}]"#)
    }

    @Test func `SQLite R-Tree extension is enabled`() async throws {
        let seen = try await test.text(
            "CREATE VIRTUAL TABLE r USING rtree(id, a, b); INSERT INTO r VALUES (1, 0, 10); "
                + "SELECT id FROM r WHERE a < 5 AND b > 5"
        )
        #expect(seen == "1")
    }
}
