import Testing

@testable import RoostStorage

/// What applications may not do, and what they may.
struct SQLAuthorizerTests {
    @Test(arguments: [
        "CREATE TABLE _cf_invalid (a)", "CREATE TABLE _CF_test (a)", "CREATE TABLE _Cf_test (a)",
        "CREATE TABLE _cF_test (a)", "CREATE VIRTUAL TABLE _cf_fts_test USING fts5(a)",
        "CREATE VIRTUAL TABLE _CF_fts_test USING fts5(a)", "CREATE VIEW _cf_v AS SELECT 1",
        "CREATE INDEX _cf_i ON t (a)", "CREATE INDEX i ON _cf_KV (key)",
        "CREATE TRIGGER _cf_t AFTER INSERT ON t BEGIN SELECT 1; END", "DROP TABLE _cf_KV",
        "ALTER TABLE _cf_KV RENAME TO x", "ALTER TABLE t RENAME TO _cf_x", "ALTER TABLE t RENAME TO \"_CF_x\"",
        "alter/**/table t rename -- why\n to[_cf_x]", "PRAGMA table_info(_cf_KV)", "PRAGMA table_xinfo(_cf_KV)",
        "PRAGMA quick_check(_cf_KV)", "PRAGMA index_list(_cf_KV)", "PRAGMA foreign_key_list(_cf_KV)",
        "PRAGMA foreign_key_check(_cf_KV)",
    ])
    func `reserved names are not authorized in any case`(sql: String) throws {
        #expect(try Self.prepared().message(sql) == "not authorized: SQLITE_AUTH")
    }

    @Test func `reserved tables cannot be read or written, but are listed`() throws {
        let test = try Self.prepared()
        #expect(try test.message("SELECT * FROM _cf_KV") == "access to _cf_KV.key is prohibited: SQLITE_AUTH")
        #expect(try test.error("INSERT INTO _cf_KV VALUES (1, 2)").code == 23)
        #expect(try test.error("DELETE FROM _cf_KV").code == 23)
        #expect(try test.value("SELECT count(*) FROM sqlite_master WHERE name = '_cf_KV'") == .integer(1))
        #expect(try test.value("SELECT count(*) FROM pragma_table_list WHERE name = '_cf_KV'") == .integer(1))
        try test.rows("ANALYZE; REINDEX t")
    }

    @Test(arguments: [
        "ATTACH 'x' AS y", "DETACH main", "CREATE TEMP TABLE x (a)", "CREATE TABLE temp.x (a)",
        "CREATE TEMP VIEW x AS SELECT 1", "CREATE TEMP TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; END",
        "CREATE VIRTUAL TABLE x USING dbstat", "CREATE VIRTUAL TABLE x USING fts4(a)",
        "CREATE VIRTUAL TABLE x USING unknown(a)",
    ])
    func `other databases, temporary objects and unknown modules are not authorized`(sql: String) throws {
        #expect(try Self.prepared().error(sql).code == 23)
    }

    @Test func `VACUUM is refused`() throws {
        let test = try Self.prepared()
        #expect(try test.message("VACUUM").contains("VACUUM"))
        #expect(try test.value("SELECT count(*) FROM t") == .integer(0))
    }

    @Test(arguments: ["SELECT * FROM dbstat", "SELECT * FROM sqlite_stmt", "SELECT * FROM sqlite_dbpage"])
    func `tables that show SQLite's inside do not exist`(sql: String) throws {
        #expect(try Self.prepared().message(sql).hasPrefix("no such table"))
    }

    @Test(arguments: ["BEGIN TRANSACTION", "COMMIT", "ROLLBACK", "SAVEPOINT x", "RELEASE x", "ROLLBACK TO x"])
    func `sql-test - transaction control is refused with advice`(sql: String) throws {
        let message = try TestDatabase().message(sql)
        #expect(message.hasPrefix("To execute a transaction, please use the state.storage.transaction() or"))
        #expect(message.hasSuffix("Durable Objects' automatic atomic write coalescing."))
    }

    @Test func `sql-test - functions outside the list are refused by name`() throws {
        let test = try TestDatabase()
        #expect(try test.value("SELECT abs(-1)") == .integer(1))
        for name in ["sqlite_version", "sqlite_source_id", "ceiling", "power", "log10"] {
            let call = name.hasPrefix("sqlite") ? "\(name)()" : "\(name)(1\(name == "power" ? ", 2" : ""))"
            #expect(try test.message("SELECT \(call)").hasPrefix("not authorized to use function: \(name)"))
        }
        #expect(try test.error("SELECT load_extension('x')").message.hasPrefix("not authorized"))
    }

    @Test(arguments: [
        "hard_heap_limit", "journal_mode", "journal_mode=DELETE", "user_version", "max_page_count=10",
        "integrity_check", "function_list", "pragma_list", "data_version=1", "page_size=512", "writable_schema=ON",
        "locking_mode=NORMAL", "synchronous=FULL", "cache_spill=ON", "temp_store=FILE", "optimize(abc)", "table_info",
        "foreign_keys=abcd", "defer_foreign_keys=\"foo\"",
    ])
    func `pragmas outside the list, and arguments that do not fit, are not authorized`(pragma: String) throws {
        #expect(try TestDatabase().message("PRAGMA \(pragma)") == "not authorized: SQLITE_AUTH")
    }

    @Test(arguments: [
        "true", "false", "on", "off", "yes", "no", "1", "0", "TRUE", "oFf", "'on'", "\"off\"", "  yes  ", "10",
    ])
    func `sql-test - defer_foreign_keys takes every form of a truth value`(value: String) throws {
        try TestDatabase().rows("PRAGMA defer_foreign_keys = \(value)")
    }

    @Test func `sql-test - pragmas that read`() throws {
        let test = try Self.prepared()
        #expect(try test.value("PRAGMA page_size") == .integer(4_096))
        #expect(try test.rows("PRAGMA data_version").count == 1)
        #expect(try test.value("PRAGMA foreign_keys") == .integer(1))
        #expect(try test.rows("PRAGMA table_info(t)").count == 2)
        #expect(try test.rows("SELECT name FROM pragma_table_info('t')") == [[.text("a")], [.text("b")]])
        for argument in ["", "(1)", "(100)", "(t)"] {
            #expect(try test.rows("PRAGMA quick_check\(argument)") == [[.text("ok")]])
        }
        for argument in ["", "(-1)", "(0x7fffffff)", "=0x10002"] { try test.rows("PRAGMA optimize\(argument)") }
        #expect(try test.message("PRAGMA foreign_keys='on").contains("unrecognized token"))
    }

    @Test func `sql-test - foreign keys are enforced, and can be turned off between turns`() throws {
        let test = try TestDatabase()
        try test.rows("CREATE TABLE p (id PRIMARY KEY); CREATE TABLE c (p REFERENCES p)")
        #expect(try test.error("INSERT INTO c VALUES (1)").extendedCode == 19 | 3 << 8)
        #expect(!test.database.holdsSettings)
        try test.database.flush()
        try test.rows("PRAGMA foreign_keys=OFF")
        #expect(test.database.holdsSettings)
        try test.rows("INSERT INTO c VALUES (1)")
        #expect(try test.rows("PRAGMA foreign_key_check").count == 1)
        try test.rows("INSERT INTO p VALUES (1)")
        #expect(try test.rows("PRAGMA foreign_key_check").isEmpty)
    }

    private static func prepared() throws -> TestDatabase {
        let test = try TestDatabase()
        let own = try test.database.connection.prepareInternal("CREATE TABLE _cf_KV (key TEXT PRIMARY KEY, value BLOB)")
        _ = try test.database.connection.run(own)
        try test.rows("CREATE TABLE t (a, b)")
        return test
    }
}

struct SQLRenamingTests {
    @Test(arguments: [
        ("ALTER TABLE a RENAME TO b", "b"), ("alter table a rename to\n\t\"b \"\"c\"", "b \"c"),
        ("ALTER TABLE /* RENAME TO x */ a RENAME -- to y\n TO [b]", "b"), ("ALTER TABLE `rename` RENAME TO 'to'", "to"),
        ("ALTER TABLE a RENAME TO", nil), ("ALTER TABLE a RENAME COLUMN b TO c", nil), ("ALTER TABLE a ADD b", nil),
        ("ALTER TABLE a RENAME TO /* unended", nil), ("ALTER TABLE rename RENAME TO b;", "b"),
    ])
    func `it finds the new name`(sql: String, name: String?) {
        #expect(SQLRenaming.newName(in: sql[...]) == name)
    }
}
