import RoostRuntime

/// The table of the measurements, the same for ours and for the baseline.
enum BenchDatabase {
    static let schema = """
        CREATE TABLE notes (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL);
        """
    static let insert =
        "INSERT INTO notes (at, body) VALUES (1767225600000, '0123456789012345678901234567890123456789')"
    static let rows = 1_000
    static let filledSchema = """
        \(schema)
        CREATE INDEX notes_at ON notes (at);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows))
        INSERT INTO notes (id, at, body) SELECT i, i * 10, '0123456789012345678901234567890123456789' FROM n;
        """
    static let point = "SELECT id, at, body FROM notes WHERE id = 500"
    static let range = "SELECT id, at, body FROM notes WHERE at >= 3000 ORDER BY at LIMIT 100"
}

/// The entries of the measurements.
enum BenchEntries {
    static let count = 2_000

    static func key(_ index: Int) -> String {
        let digits = String(index)
        return "key-" + String(repeating: "0", count: 6 - digits.count) + digits
    }
}

/// An object with keys.
distributed actor BenchKeys: DurableObject {
    private let storage: ObjectStorage

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
    }

    distributed func put(_ byte: UInt8) throws {
        try storage.putBytes("key", [UInt8](repeating: byte, count: 100))
    }

    /// Reads the one key: what an object does that wakes.
    distributed func read() throws -> Int { try storage.getBytes("key")?.count ?? 0 }

    distributed func fill() throws {
        for index in 0..<BenchEntries.count {
            try storage.putBytes(BenchEntries.key(index), [UInt8](repeating: 7, count: 100))
        }
    }

    /// How long one read of a key takes, in microseconds.
    distributed func readTime(runs: Int) throws -> Double {
        let time = try ContinuousClock().measure {
            for run in 0..<runs { _ = try storage.getBytes(BenchEntries.key(run % BenchEntries.count)) }
        }
        return time / .microseconds(1) / Double(runs)
    }

    /// How long a scan of a thousand keys takes, in microseconds.
    distributed func scanTime(runs: Int) throws -> Double {
        let time = try ContinuousClock().measure {
            for _ in 0..<runs {
                try storage.scan(ListOptions(prefix: "key-", limit: 1_000)) { _, value in !value.bytes.isEmpty }
            }
        }
        return time / .microseconds(1) / Double(runs)
    }
}

/// An object with a database.
distributed actor BenchNotes: DurableObject {
    static var schemaMigrations: [SchemaMigration] { [SchemaMigration(1, "notes", BenchDatabase.schema)] }

    private let storage: ObjectStorage

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
    }

    distributed func insert() throws { try storage.sql.execute(BenchDatabase.insert) }

    /// Writes over a hundred rows.
    distributed func overwrite() throws {
        try storage.sql.execute(
            "INSERT OR REPLACE INTO notes (id, at, body) VALUES (1 + abs(random() % 100), 1, hex(randomblob(100)))"
        )
    }

    /// Reads twenty rows: what an object does that wakes.
    distributed func read() throws -> Int {
        try storage.sql.execute("SELECT id, at, body FROM notes ORDER BY id LIMIT 20").all().count
    }

    distributed func fill() throws {
        let rows = BenchDatabase.filledSchema.dropFirst(BenchDatabase.schema.count)
        try storage.sql.execute(String(rows))
    }

    /// How long a statement takes, in microseconds.
    distributed func time(of statement: String, runs: Int) throws -> Double {
        _ = try storage.sql.execute(statement).all()
        let time = try ContinuousClock().measure {
            for _ in 0..<runs { _ = try storage.sql.execute(statement).all() }
        }
        return time / .microseconds(1) / Double(runs)
    }
}
