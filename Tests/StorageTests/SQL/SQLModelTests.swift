import StoreTestSupport
import Testing

@testable import RoostStorage

/// The same random statements on our database and on SQLite with a file give the same results, whatever happens in
/// between.
struct SQLModelTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func `random statements, turns, rollbacks, crashes and reopenings`(seed: UInt64) throws {
        let directory = TemporaryDirectory()
        let native = try NativeSQLite(path: "\(directory.path)/native.sqlite")
        var model = try Model(native: native, seed: seed)
        for _ in 0..<600 { try model.step() }
        try model.compareEverything()
    }
}

/// Both databases and what is durable of ours.
private struct Model {
    private let native: NativeSQLite
    private var random: SplitMix64
    private var test: TestDatabase
    private var durable = MemoryPageStore.Snapshot()
    private var depth = 0
    private var history: [String] = []

    init(native: NativeSQLite, seed: UInt64) throws {
        self.native = native
        random = SplitMix64(seed: seed)
        test = try TestDatabase()
        try native.rows("BEGIN")
        for statement in Self.schema { try execute(statement) }
    }

    private static let schema = [
        "CREATE TABLE a (id INTEGER PRIMARY KEY, n, s TEXT UNIQUE, b BLOB)",
        "CREATE TABLE c (a INTEGER REFERENCES a ON DELETE CASCADE, x REAL, CHECK (x IS NULL OR x < 1000))",
        "CREATE INDEX c_x ON c (x)",
        "CREATE TABLE w (k TEXT PRIMARY KEY, v) WITHOUT ROWID",
        "CREATE TRIGGER a_w AFTER UPDATE ON a BEGIN INSERT OR REPLACE INTO w VALUES (new.s, new.n); END",
    ]

    mutating func step() throws {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<70: try executeRandom()
        case 70..<80: try query()
        case 80..<87: try endTurn()
        case 87..<91 where depth < 4: try both("SAVEPOINT", depth + 1)
        case 91..<93 where depth > 0: try both("RELEASE", depth)
        case 93..<96 where depth > 0: try both("ROLLBACK TO", depth)
        case 96..<98: try crash()
        case 98..<100:
            try endTurn()
            test = try test.reopened()
        default: break
        }
    }

    private mutating func executeRandom() throws {
        let id = SQLValue.integer(Int64.random(in: 0..<40, using: &random))
        switch Int.random(in: 0..<11, using: &random) {
        case 0...2: try execute("INSERT INTO a VALUES (?, ?, ?, ?)", id, value(), text(), blob())
        case 3: try execute("INSERT OR REPLACE INTO a VALUES (?, ?, ?, ?) RETURNING id, s", id, value(), text(), blob())
        case 4: try execute("UPDATE a SET n = ?, b = ? WHERE id % 7 = ? % 7", value(), blob(), id)
        case 5: try execute("DELETE FROM a WHERE id = ?", id)
        case 6: try execute("INSERT INTO c VALUES (?, ?)", id, value())
        case 7: try execute("UPDATE c SET x = x * 2 WHERE a > ?", id)
        case 8: try execute("INSERT OR REPLACE INTO w VALUES (?, ?)", text(), value())
        case 9: try execute("DELETE FROM w WHERE k < ?", text())
        default:
            try execute("CREATE TABLE IF NOT EXISTS extra (a, b)")
            try execute(
                Bool.random(using: &random) ? "DROP TABLE extra" : "ALTER TABLE extra ADD COLUMN d\(history.count)"
            )
        }
    }

    private mutating func query() throws {
        let id = SQLValue.integer(Int64.random(in: 0..<40, using: &random))
        switch Int.random(in: 0..<4, using: &random) {
        case 0: try execute("SELECT * FROM a WHERE id >= ? ORDER BY id LIMIT 5", id)
        case 1: try execute("SELECT a.id, count(*), sum(x) FROM a JOIN c ON c.a = a.id GROUP BY a.id ORDER BY a.id")
        case 2: try execute("SELECT k, v, typeof(v) FROM w WHERE k > ? ORDER BY k DESC", text())
        default: try execute("SELECT name, sql FROM sqlite_master ORDER BY name")
        }
    }

    private mutating func execute(_ sql: String, _ bindings: SQLValue...) throws {
        history.append(sql)
        let expected = Result { try native.rows(sql, bindings) }
        let actual = Result { try TestDatabase.all(test.database.execute(sql, bindings)) }
        switch (expected, actual) {
        case (.success(let expected), .success(let actual)):
            #expect(actual == expected, "\(sql) \(bindings)")
        case (.failure(let expected as NativeSQLite.Failure), .failure(let actual as SQLError)):
            #expect(actual.extendedCode == expected.code, "\(sql) \(bindings)")
        default:
            Issue.record("\(sql) \(bindings): \(expected) but \(actual)")
        }
    }

    private mutating func both(_ verb: String, _ number: Int) throws {
        try native.rows("\(verb) s\(number)")
        switch verb {
        case "SAVEPOINT": try test.database.savepoint(number)
        case "RELEASE": try test.database.release(number)
        default:
            try native.rows("RELEASE s\(number)")
            try test.database.rollback(to: number)
        }
        depth = verb == "SAVEPOINT" ? number : number - 1
    }

    private mutating func endTurn() throws {
        try native.rows("COMMIT")
        try native.rows("BEGIN")
        try test.database.flush()
        durable = test.pages.current
        depth = 0
    }

    private mutating func crash() throws {
        try native.rows("ROLLBACK")
        try native.rows("BEGIN")
        test.database.discard()
        test.pages.restore(durable)
        test = try TestDatabase(test.pages)
        depth = 0
        if durable.pageCount == 0 { for statement in Self.schema { try execute(statement) } }
    }

    mutating func compareEverything() throws {
        try endTurn()
        test = try test.reopened()
        for table in ["a", "c", "w"] { try execute("SELECT * FROM \(table) ORDER BY 1, 2") }
        #expect(try test.rows("PRAGMA quick_check") == [[.text("ok")]])
        #expect(try test.rows("PRAGMA foreign_key_check").isEmpty)
    }

    private mutating func value() -> SQLValue {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: .null
        case 1: .integer(Int64.random(in: -1_000...1_000, using: &random))
        case 2: .real(Double.random(in: -100...100, using: &random))
        case 3: text()
        default: blob()
        }
    }

    private mutating func text() -> SQLValue {
        .text(String(repeating: "é", count: Int.random(in: 0..<3, using: &random)) + "\(random.next() % 50)")
    }

    private mutating func blob() -> SQLValue {
        let size = [0, 10, 500, 5_000, 30_000].randomElement(using: &random) ?? 0
        return .blob((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ size) })
    }
}
