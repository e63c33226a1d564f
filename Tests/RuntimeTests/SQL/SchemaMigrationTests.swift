import RoostRuntime
import RoostStorage
import RoostTesting
import Synchronization
import Testing

/// The tables of a class, from version to version of the program.
struct SchemaMigrationTests {
    private static let first = SchemaMigration(
        1,
        "notes",
        "-- The first tables.\nCREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL); -- done\n"
    )
    private static let second = SchemaMigration(
        2,
        "authors",
        "ALTER TABLE notes ADD COLUMN author TEXT; UPDATE notes SET author = 'unknown'"
    )
    private static let third = SchemaMigration(
        3,
        "unique",
        "CREATE UNIQUE INDEX notes_text ON notes (text)"
    )

    /// A runtime whose program has these migrations, on what another left.
    private func start(_ migrations: [SchemaMigration], on disk: MemoryDisk = MemoryDisk()) throws -> RoostTest {
        try RoostTest(disk: disk) { roost in
            // Read once, when the class is registered.
            try NotebookSchema.$migrations.withValue(migrations) { try roost.register(Notebook.self, storage: .sql) }
        }
    }

    /// Ends a program, and keeps what is durable.
    private func stop(_ test: RoostTest) async { await test.roost.shutdown(limit: .zero) }

    @Test func `a new object has its tables, and reading it writes nothing`() async throws {
        let test = try start([Self.first, Self.second])
        let notes = try test.objects(of: Notebook.self).get("a")
        let commits = test.store.statistics.commits
        #expect(try await notes.list() == [])
        #expect(try await notes.columns() == ["id", "text", "author"])
        #expect(test.store.statistics.commits == commits)
        try await notes.add("one")
        #expect(test.store.statistics.commits == commits + 1)
        try test.crash()
        let again = try test.objects(of: Notebook.self).get("a")
        #expect(try await again.list() == ["one"])
        #expect(try await again.check() == "ok")
    }

    @Test func `an old object runs what is new, once, before its initializer`() async throws {
        let disk = MemoryDisk()
        let old = try start([Self.first], on: disk)
        try await old.objects(of: Notebook.self).get("a").add("one")
        await stop(old)
        old.store.close()
        let new = try start([Self.first, Self.second, Self.third], on: disk)
        let notes = try new.objects(of: Notebook.self).get("a")
        let commits = new.store.statistics.batches
        // The initializer saw the new column.
        #expect(try await notes.columnsAtStart() == ["id", "text", "author"])
        #expect(try await notes.authors() == ["unknown"])
        #expect(new.store.statistics.batches == commits + 2)
        try new.crash()
        let again = try new.objects(of: Notebook.self).get("a")
        #expect(try await again.authors() == ["unknown"])
        #expect(new.store.statistics.batches == 0)
    }

    @Test func `an object that had tables before its class had migrations runs them all`() async throws {
        let disk = MemoryDisk()
        let old = try start([], on: disk)
        try await old.objects(of: Notebook.self).get("a").execute(
            "CREATE TABLE other (a); INSERT INTO other VALUES (1)"
        )
        await stop(old)
        old.store.close()
        let new = try start([Self.first], on: disk)
        let notes = try new.objects(of: Notebook.self).get("a")
        #expect(try await notes.columns() == ["id", "text"])
        try await notes.execute("DELETE FROM other")
    }

    @Test func `an object that is newer than the program does not start, and says so`() async throws {
        let disk = MemoryDisk()
        let new = try start([Self.first, Self.second], on: disk)
        try await new.objects(of: Notebook.self).get("a").add("one")
        await stop(new)
        new.store.close()
        let old = try start([Self.first], on: disk)
        let notes = try old.objects(of: Notebook.self).get("a")
        let error = await #expect(throws: RoostError.self) { try await notes.list() }
        #expect(error?.code == .schemaMismatch)
        #expect(
            error?.message
                == "This object of class Notebook has run schema migration 2 (authors), but the program knows only 1. "
                + "Start a program that is at least as new as the one that wrote the object."
        )
        // Another object, which is new, works.
        #expect(try await old.objects(of: Notebook.self).get("b").list() == [])
        await stop(old)
        old.store.close()
        let without = try start([], on: disk)
        let same = await #expect(throws: RoostError.self) {
            try await without.objects(of: Notebook.self).get("a").list()
        }
        #expect(same?.message.contains("the program knows none") == true)
        await stop(without)
        without.store.close()
        let again = try start([Self.first, Self.second], on: disk)
        #expect(try await again.objects(of: Notebook.self).get("a").list() == ["one"])
    }

    @Test func `a migration that was renamed after it ran is found out`() async throws {
        let disk = MemoryDisk()
        let old = try start([Self.first], on: disk)
        try await old.objects(of: Notebook.self).get("a").add("one")
        await stop(old)
        old.store.close()
        let new = try start([SchemaMigration(1, "other", Self.first.sql)], on: disk)
        let error = await #expect(throws: RoostError.self) {
            try await new.objects(of: Notebook.self).get("a").list()
        }
        #expect(error?.code == .schemaMismatch)
        #expect(error?.message.contains("called notes, but in this program it is called other") == true)
    }

    @Test func `a migration that fails on an object's data leaves nothing, keeps those before it, and is tried again`()
        async throws
    {
        let disk = MemoryDisk()
        let old = try start([Self.first], on: disk)
        for _ in 0..<2 { try await old.objects(of: Notebook.self).get("a").add("same") }
        await stop(old)
        old.store.close()
        let new = try start([Self.first, Self.second, Self.third], on: disk)
        let notes = try new.objects(of: Notebook.self).get("a")
        for _ in 0..<2 {
            let error = await #expect(throws: RoostError.self) { try await notes.list() }
            #expect(error?.code == .migrationFailed)
            #expect(error?.sqlCode == "SQLITE_CONSTRAINT_UNIQUE")
            #expect(
                error?.message
                    == "Schema migration 0003_unique of Notebook failed, so nothing of it was kept: UNIQUE constraint "
                    + "failed: notes.text: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)"
            )
        }
        #expect(new.roost.health.openDatabases == 0)
        await stop(new)
        new.store.close()
        // The second one was kept.
        let fixed = try start([Self.first, Self.second], on: disk)
        #expect(try await fixed.objects(of: Notebook.self).get("a").authors() == ["unknown", "unknown"])
    }

    @Test func `tables can be rebuilt without their references being followed, but not left broken`() async throws {
        let tables = SchemaMigration(
            1,
            "tables",
            """
            CREATE TABLE parents (id INTEGER PRIMARY KEY, name TEXT);
            CREATE TABLE children (parent INTEGER REFERENCES parents ON DELETE CASCADE);
            """
        )
        let rebuild = SchemaMigration(
            2,
            "rebuild",
            """
            CREATE TABLE new_parents (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
            INSERT INTO new_parents SELECT * FROM parents;
            DROP TABLE parents;
            ALTER TABLE new_parents RENAME TO parents;
            """
        )
        let disk = MemoryDisk()
        let old = try start([tables], on: disk)
        try await old.objects(of: Notebook.self).get("a").execute(
            "INSERT INTO parents VALUES (1, 'x'); INSERT INTO children VALUES (1)"
        )
        await stop(old)
        old.store.close()
        let new = try start([tables, rebuild], on: disk)
        let notes = try new.objects(of: Notebook.self).get("a")
        #expect(try await notes.count("children") == 1)
        // Outside a migration keys are enforced again.
        await #expect(throws: RoostError.self) { try await notes.execute("INSERT INTO children VALUES (99)") }
        await stop(new)
        new.store.close()
        let broken = try start([tables, rebuild, SchemaMigration(3, "broken", "DELETE FROM parents")], on: disk)
        let error = await #expect(throws: RoostError.self) {
            try await broken.objects(of: Notebook.self).get("a").count("children")
        }
        #expect(error?.message.contains("FOREIGN KEY constraint failed in children") == true)
    }

    @Test func `what an object says after its migrations waits until they are durable`() throws {
        let current = CurrentMigrations([Self.first])
        let test = try SteppedTest { roost in
            try NotebookSchema.$migrations.withValue(current.value) {
                try roost.register(Notebook.self, storage: .sql)
            }
        }
        let old = try test.objects(of: Notebook.self).get("a")
        try test.run { try await old.add("one") }
        current.value = [Self.first, Self.second]
        try test.test.crash()
        test.disk.holdCommits()
        let notes = try test.objects(of: Notebook.self).get("a")
        let reply = test.start { try await notes.authors() }
        test.settle()
        #expect(!reply.isDone)
        test.disk.releaseCommits()
        test.settle()
        #expect(try reply.value() == ["unknown"])
    }

    @Test func `a migration before one that fails is kept also when nobody waited for it`() throws {
        let current = CurrentMigrations([Self.first])
        let test = try SteppedTest { roost in
            try NotebookSchema.$migrations.withValue(current.value) {
                try roost.register(Notebook.self, storage: .sql)
            }
        }
        let old = try test.objects(of: Notebook.self).get("a")
        for _ in 0..<2 { try test.run { try await old.add("same") } }
        current.value = [Self.first, Self.second, Self.third]
        try test.test.crash()
        let notes = try test.objects(of: Notebook.self).get("a")
        let error = #expect(throws: RoostError.self) { try test.run { try await notes.list() } }
        #expect(error?.code == .migrationFailed)
        current.value = [Self.first, Self.second]
        try test.test.crash()
        let batches = test.test.store.statistics.batches
        let again = try test.objects(of: Notebook.self).get("a")
        let authors = try test.run { try await again.authors() }
        #expect(authors == ["unknown", "unknown"])
        #expect(test.test.store.statistics.batches == batches)
    }

    @Test func `a new object keeps what the migrations put into tables that it does not touch`() async throws {
        let settings = SchemaMigration(
            2,
            "settings",
            "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT); INSERT INTO settings VALUES ('color', 'red')"
        )
        let test = try start([Self.first, settings])
        for name in ["a", "b"] {
            let notes = try test.objects(of: Notebook.self).get(name)
            try await notes.add(name)
            #expect(try await notes.count("settings") == 1)
        }
        try await test.objects(of: Notebook.self).get("b").execute("DELETE FROM settings")
        try test.crash()
        for (name, count) in [("a", 1), ("b", 0), ("c", 1)] {
            let notes = try test.objects(of: Notebook.self).get(name)
            #expect(try await notes.count("settings") == count, "\(name)")
            #expect(try await notes.list() == (name == "c" ? [] : [name]))
            #expect(try await notes.check() == "ok")
        }
    }

    @Test func `an object that was emptied starts with the tables of a newer program`() async throws {
        let disk = MemoryDisk()
        let old = try start([Self.first], on: disk)
        let notes = try old.objects(of: Notebook.self).get("a")
        try await notes.add("one")
        try await notes.deleteEverything()
        await stop(old)
        old.store.close()
        let new = try start([Self.first, Self.second, Self.third], on: disk)
        let again = try new.objects(of: Notebook.self).get("a")
        #expect(try await again.columns() == ["id", "text", "author"])
        #expect(new.store.statistics.batches == 0)
        try await again.add("two")
        #expect(try await again.list() == ["two"])
    }

    @Test func `deleteAll leaves the tables of the migrations, empty`() async throws {
        let test = try start([Self.first, Self.second])
        let notes = try test.objects(of: Notebook.self).get("a")
        try await notes.add("one")
        try await notes.deleteAndAdd("two")
        #expect(try await notes.list() == ["two"])
        try test.crash()
        let again = try test.objects(of: Notebook.self).get("a")
        #expect(try await again.list() == ["two"])
        try await again.deleteEverything()
        try test.crash()
        #expect(try await test.objects(of: Notebook.self).get("a").list() == [])
        #expect(try await test.objects(of: Notebook.self).get("a").columns() == ["id", "text", "author"])
    }

    @Test func `an object that only stores keys has no database`() async throws {
        let test = try start([Self.first])
        let notes = try test.objects(of: Notebook.self).get("a")
        _ = try await notes.list()
        let before = test.store.statistics.bytes
        try await notes.putKey()
        #expect(test.store.statistics.bytes - before < 100)
        try test.crash()
        #expect(try await test.objects(of: Notebook.self).get("a").list() == [])
    }

    @Test(arguments: [
        ([second], "number 2 (authors) stands at place 1"),
        ([first, third], "number 3 (unique) stands at place 2"),
        ([first, first], "number 1 (notes) stands at place 2"),
        ([SchemaMigration(1, "", "SELECT 1")], "needs a name"),
        ([SchemaMigration(1, "wrong", "CREATE TABL x")], "Schema migration 0001_wrong of Notebook failed"),
        ([SchemaMigration(1, "reserved", "CREATE TABLE _cf_x (a)")], "not authorized"),
        ([SchemaMigration(1, "begin", "BEGIN")], "To execute a transaction"),
        ([first, SchemaMigration(2, "dice", "INSERT INTO notes (text) VALUES (random())")], "asks for the time"),
        ([first, SchemaMigration(2, "now", "INSERT INTO notes (text) VALUES (datetime('now'))")], "asks for the time"),
    ])
    func `mistakes in migrations are found when the class is registered`(
        migrations: [SchemaMigration],
        text: String
    ) throws {
        let error = #expect(throws: RoostError.self) { try start(migrations) }
        #expect(error?.code == .migrationFailed)
        #expect(error?.message.contains(text) == true, "\(error?.message ?? "")")
    }

    @Test func `migrations without SQL storage are a mistake`() throws {
        let error = #expect(throws: RoostError.self) {
            _ = try RoostTest { roost in
                try NotebookSchema.$migrations.withValue([Self.first]) {
                    try roost.register(Notebook.self, storage: .keyValue)
                }
            }
        }
        #expect(error?.message.contains("has schema migrations but no SQL storage") == true)
    }

    @Test func `a migration can be made from a file's name`() {
        let migration = SchemaMigration(file: "0012_add_author_names.sql", sql: "SELECT 1")
        #expect(migration == SchemaMigration(12, "add_author_names", "SELECT 1"))
    }
}

/// What the class's migrations are while a runtime registers it.
enum NotebookSchema {
    @TaskLocal static var migrations: [SchemaMigration] = []
}

/// Notes in tables that its class's migrations made.
distributed actor Notebook: DurableObject {
    static var schemaMigrations: [SchemaMigration] { NotebookSchema.migrations }

    let storage: ObjectStorage
    private let startColumns: [String]

    init(context: sending ObjectContext) throws {
        actorSystem = context.actorSystem
        storage = context.storage
        startColumns = try storage.sql.execute("SELECT * FROM pragma_table_info('notes')").all()
            .map { try $0.get("name", as: String.self) }
    }

    distributed func add(_ text: String) throws { try storage.sql.execute("INSERT INTO notes (text) VALUES (?)", text) }
    distributed func list() throws -> [String] { try texts("SELECT text FROM notes ORDER BY id") }
    distributed func authors() throws -> [String] { try texts("SELECT author FROM notes ORDER BY id") }
    distributed func columns() throws -> [String] { try texts("SELECT name FROM pragma_table_info('notes')") }
    distributed func columnsAtStart() -> [String] { startColumns }
    distributed func check() throws -> String { try texts("PRAGMA quick_check").joined() }
    distributed func execute(_ sql: String) throws { try storage.sql.execute(sql) }
    distributed func deleteEverything() throws { try storage.deleteAll() }
    distributed func putKey() throws { try storage.put("key", 1) }

    distributed func count(_ table: String) throws -> Int {
        try storage.sql.execute("SELECT count(*) FROM \(table)").one().get(0)
    }

    distributed func deleteAndAdd(_ text: String) throws {
        try storage.deleteAll()
        try add(text)
    }

    private func texts(_ sql: String) throws -> [String] {
        try storage.sql.execute(sql).all().map { try $0.get(0, as: String.self) }
    }
}

/// What the program has, until it is another program.
private final class CurrentMigrations: Sendable {
    private let current: Mutex<[SchemaMigration]>

    init(_ migrations: [SchemaMigration]) { current = Mutex(migrations) }

    var value: [SchemaMigration] {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }
}
