import RoostTesting
import StoreTestSupport
import Synchronization
import Testing

@testable import RoostRuntime
@testable import RoostStorage

/// The same random turns on objects and on a model of them, a dictionary and SQLite with a file, give the same results,
/// whatever happens in between: sleep, restarts, power failures, failed commits, and other objects that need the
/// connection.
struct ObjectModelTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `in memory, with power failures and failing commits`(seed: UInt64) async throws {
        let backend = try MemoryBackend(seed: seed)
        var run = try ModelRun(backend, seed: seed)
        for _ in 0..<150 { try await run.step() }
        try await run.compareEverything()
    }

    @Test(arguments: [11] as [UInt64])
    func `in a directory, with restarts`(seed: UInt64) async throws {
        let backend = try DirectoryBackend(seed: seed)
        var run = try ModelRun(backend, seed: seed)
        for _ in 0..<150 { try await run.step() }
        try await run.compareEverything()
        backend.close()
    }
}

// MARK: What is tested

/// A runtime and its store.
private protocol ModelBackend: Sendable {
    var roost: Roost { get }
    var clock: VirtualClock { get }
    func restart() async throws
    /// A power failure; false when this backend cannot have one.
    func crash() throws -> Bool
    /// Lets the next commit fail; false when this backend cannot do that.
    func failCommit() -> Bool
}

/// So few connections that the objects take them from each other.
private let configuration: RoostConfiguration = {
    var configuration = RoostConfiguration()
    configuration.openDatabasesMax = 2
    configuration.limits = .cloudflare
    return configuration
}()

private final class MemoryBackend: ModelBackend {
    private let test: RoostTest

    init(seed: UInt64) throws {
        test = try RoostTest(seed: seed, configuration: configuration) { try $0.register(SQLBox.self, storage: .sql) }
    }

    var roost: Roost { test.roost }
    var clock: VirtualClock { test.clock }
    func restart() async throws { try await test.restart() }

    func crash() throws -> Bool {
        try test.crash()
        return true
    }

    func failCommit() -> Bool {
        test.disk.failCommits(1, with: StorageError(.diskFull, "The disk is full."))
        return true
    }
}

private final class DirectoryBackend: ModelBackend {
    let clock = VirtualClock()
    private let folder = TemporaryFolder()
    private let seed: UInt64
    private let current: Mutex<(roost: Roost, store: Store)>

    init(seed: UInt64) throws {
        self.seed = seed
        current = Mutex(try Self.open(folder, clock, seed))
    }

    var roost: Roost { current.withLock { $0.roost } }

    func restart() async throws {
        close()
        let next = try Self.open(folder, clock, seed)
        current.withLock { $0 = next }
    }

    func close() {
        let (roost, store) = current.withLock { $0 }
        roost.release()
        store.close()
    }

    func crash() throws -> Bool { false }
    func failCommit() -> Bool { false }

    private static func open(_ folder: TemporaryFolder, _ clock: VirtualClock, _ seed: UInt64) throws -> (
        roost: Roost, store: Store
    ) {
        let store = try Store.open(directory: folder.path + "/store")
        let seams = RuntimeSeams(clock: clock, random: SeededRandomSource(seed: seed))
        let roost = Roost(store: store, configuration: configuration, seams: seams)
        try roost.register(SQLBox.self, storage: .sql)
        return (roost, store)
    }
}

// MARK: What is done

/// One thing that a turn does.
private enum Operation: Sendable {
    case put(String, String)
    case delete(String)
    case get(String)
    case list(ListOptions)
    case sql(String, [SQLValue])
    case deleteAll
    case transaction([Operation], fails: Bool)
}

extension Operation {
    /// Does it in an object, and says what came of it.
    func run(in storage: ObjectStorage) throws -> String {
        switch self {
        case .put(let key, let value):
            try storage.put(key, value)
            return "put"
        case .delete(let key): return "\(try storage.delete(key))"
        case .get(let key): return try storage.get(key, as: String.self) ?? "nil"
        case .list(let options):
            return try storage.list(options, as: String.self).map { "\($0.key)=\($0.value)" }.joined(separator: ",")
        case .sql(let query, let values):
            return try Self.text(query, values, in: storage)
        case .deleteAll:
            try storage.deleteAll()
            return "deleted"
        case .transaction(let operations, let fails):
            var results: [String] = []
            let isUndone = try Self.transaction(operations, fails: fails, in: storage, &results)
            if isUndone { results.append("undone") }
            return "(" + results.joined(separator: "; ") + ")"
        }
    }

    private static func text(_ query: String, _ values: [SQLValue], in storage: ObjectStorage) throws -> String {
        do throws(RoostError) {
            return try storage.sql.execute(query, values: values).text()
        } catch {
            guard error.code == .sql else { throw error }
            return "error \(error.sqlCode ?? "")"
        }
    }

    /// Returns whether it was undone.
    private static func transaction(
        _ operations: [Operation],
        fails: Bool,
        in storage: ObjectStorage,
        _ results: inout [String]
    ) throws -> Bool {
        do {
            try storage.transaction {
                for operation in operations { results.append(try operation.run(in: storage)) }
                if fails { throw TestError.refused }
            }
            return false
        } catch let error as TestError {
            guard error == .refused else { throw error }
            return true
        }
    }

    /// Does it in a model.
    func run(in model: inout ObjectModel) throws -> String {
        switch self {
        case .put(let key, let value):
            model.keys[key] = value
            return "put"
        case .delete(let key): return "\(model.keys.removeValue(forKey: key) != nil)"
        case .get(let key): return model.keys[key] ?? "nil"
        case .list(let options): return model.list(options)
        case .sql(let query, let values):
            do {
                return try model.native.rows(query, values).map { SQLRow(columnNames: [], values: $0).text }
                    .joined(separator: " ")
            } catch let failure as NativeSQLite.Failure {
                return "error \(SQLCodeName.extended(failure.code) ?? SQLCodeName.primary(failure.code & 0xFF))"
            }
        case .deleteAll:
            try model.deleteAll()
            return "deleted"
        case .transaction(let operations, let fails):
            let before = model.keys
            model.depth += 1
            let name = "s\(model.depth)"
            try model.native.rows("SAVEPOINT \(name)")
            var results: [String] = []
            for operation in operations { results.append(try operation.run(in: &model)) }
            if fails {
                try model.native.rows("ROLLBACK TO \(name)")
                model.keys = before
                results.append("undone")
            }
            try model.native.rows("RELEASE \(name)")
            model.depth -= 1
            return "(" + results.joined(separator: "; ") + ")"
        }
    }
}

/// What an object should hold.
private struct ObjectModel {
    var keys: [String: String] = [:]
    var native: NativeSQLite
    var depth = 0
    private let folder: TemporaryFolder
    private let name: String
    private var generation = 0

    init(name: String, in folder: TemporaryFolder) throws {
        self.name = name
        self.folder = folder
        native = try NativeSQLite(path: "\(folder.path)/\(name).0.sqlite")
        // The same schema may be read again and again; nothing of this has to be durable.
        try native.rows("PRAGMA synchronous=OFF")
        try native.rows("PRAGMA case_sensitive_like=OFF")
        try native.rows("BEGIN")
    }

    mutating func deleteAll() throws {
        keys = [:]
        generation += 1
        native = try NativeSQLite(path: "\(folder.path)/\(name).\(generation).sqlite")
        try native.rows("PRAGMA synchronous=OFF")
        try native.rows("BEGIN")
    }

    func list(_ options: ListOptions) -> String {
        var found = keys.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .filter { $0.key.hasPrefix(options.prefix ?? "") }
            .filter { entry in options.start.map { !entry.key.utf8.lexicographicallyPrecedes($0.utf8) } ?? true }
            .filter { entry in options.end.map { entry.key.utf8.lexicographicallyPrecedes($0.utf8) } ?? true }
        if options.reverse { found.reverse() }
        return found.prefix(options.limit ?? .max).map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }
}

// MARK: The run

private struct ModelRun {
    private let backend: any ModelBackend
    private var random: SeededGenerator
    private var models: [String: ObjectModel] = [:]
    private let folder = TemporaryFolder()

    init(_ backend: any ModelBackend, seed: UInt64) throws {
        self.backend = backend
        random = SeededGenerator(source: SeededRandomSource(seed: seed))
        for name in ["a", "b", "c"] { models[name] = try ObjectModel(name: name, in: folder) }
    }

    mutating func step() async throws {
        switch number(100) {
        case 0..<80: try await turn()
        case 80..<86: backend.clock.advance(by: .seconds(30))
        case 86..<90: try await backend.restart()
        case 90..<95: _ = try backend.crash()
        default: try await lostTurn()
        }
    }

    private mutating func turn() async throws {
        let name = ["a", "b", "c"][number(3)]
        var operations = makeOperations(2 + number(8), depth: 0)
        if number(20) == 0 {
            operations.append(.deleteAll)
            operations += makeSQLSchema() + makeOperations(2, depth: 0)
        }
        try await execute(operations, on: name)
    }

    private func makeSQLSchema() -> [Operation] { Self.statements.map { .sql($0, []) } }

    private static let statements = [
        "CREATE TABLE IF NOT EXISTS a (id INTEGER PRIMARY KEY, n, s TEXT UNIQUE, b BLOB)",
        "CREATE TABLE IF NOT EXISTS c (a INTEGER REFERENCES a ON DELETE CASCADE, x REAL, CHECK (x < 1000))",
        "CREATE INDEX IF NOT EXISTS c_x ON c (x)",
        "CREATE TABLE IF NOT EXISTS w (k TEXT PRIMARY KEY, v) WITHOUT ROWID",
        "CREATE TRIGGER IF NOT EXISTS a_w AFTER UPDATE ON a BEGIN "
            + "INSERT OR REPLACE INTO w VALUES (new.s, new.n); END",
    ]

    private mutating func execute(_ operations: [Operation], on name: String) async throws {
        let operations = makeSQLSchema() + operations
        let stub = try backend.roost.objects(of: SQLBox.self).get(name)
        let results = try await stub.inside { box in
            var results: [String] = []
            for operation in operations { results.append(try operation.run(in: box.storage)) }
            return results.joined(separator: "\n")
        }
        var expected: [String] = []
        for operation in operations {
            guard var model = models.removeValue(forKey: name) else { return }
            expected.append(try operation.run(in: &model))
            models[name] = model
        }
        #expect(results == expected.joined(separator: "\n"), "object \(name): \(operations)")
        try models[name]?.native.rows("COMMIT")
        try models[name]?.native.rows("BEGIN")
    }

    /// A turn that ends with a failed commit, or with an error that loses it: nothing of it may be seen later.
    private mutating func lostTurn() async throws {
        let name = ["a", "b", "c"][number(3)]
        let operations = makeSQLSchema() + makeOperations(5, depth: 0)
        let isCommit = number(2) == 0 && backend.failCommit()
        let stub = try backend.roost.objects(of: SQLBox.self).get(name)
        let result = await Result {
            try await stub.inside { box in
                for operation in operations { _ = try operation.run(in: box.storage) }
                if !isCommit {
                    try box.storage.sql.execute("CREATE TABLE lost (a UNIQUE ON CONFLICT ROLLBACK)")
                    _ = try box.storage.sql.error("INSERT INTO lost VALUES (1), (1)")
                }
                try box.storage.put("lost", "lost")
                return ""
            }
        }
        let error = #expect(throws: RoostError.self) { try result.get() }
        #expect(error?.code == .objectReset)
    }

    mutating func compareEverything() async throws {
        for restarted in [false, true] {
            if restarted { try await backend.restart() }
            for name in ["a", "b", "c"] {
                try await execute(
                    [.list(ListOptions())]
                        + ["a", "c", "w"].map { .sql("SELECT * FROM \($0) ORDER BY 1, 2", []) }
                        + [.sql("PRAGMA quick_check", []), .sql("PRAGMA foreign_key_check", [])],
                    on: name
                )
            }
        }
    }

    // MARK: Random choices

    private mutating func makeOperations(_ count: Int, depth: Int) -> [Operation] {
        var operations: [Operation] = []
        for _ in 0..<count { operations.append(makeOperation(depth: depth)) }
        return operations
    }

    private mutating func makeOperation(depth: Int) -> Operation {
        switch number(20) {
        case 0...2: return .put(key(), text())
        case 3: return .delete(key())
        case 4: return .get(key())
        case 5: return .list(options())
        case 6 where depth < 3:
            return .transaction(makeOperations(1 + number(4), depth: depth + 1), fails: number(2) == 0)
        case 7...9: return makeQuery()
        default: return makeStatement()
        }
    }

    private mutating func makeStatement() -> Operation {
        let id = SQLValue.integer(Int64(number(40)))
        switch number(11) {
        case 0...2: return .sql("INSERT INTO a VALUES (?, ?, ?, ?)", [id, value(), .text(text()), blob()])
        case 3:
            return .sql(
                "INSERT OR REPLACE INTO a VALUES (?, ?, ?, ?) RETURNING id, s",
                [id, value(), .text(text()), blob()]
            )
        case 4: return .sql("UPDATE a SET n = ?, b = ? WHERE id % 7 = ? % 7", [value(), blob(), id])
        case 5: return .sql("DELETE FROM a WHERE id = ?", [id])
        case 6: return .sql("INSERT INTO c VALUES (?, ?)", [id, value()])
        case 7: return .sql("UPDATE c SET x = x * 2 WHERE a > ?", [id])
        case 8: return .sql("INSERT OR REPLACE INTO w VALUES (?, ?)", [.text(text()), value()])
        case 9: return .sql("DELETE FROM w WHERE k < ?", [.text(text())])
        default:
            return .sql(number(2) == 0 ? "DROP TABLE IF EXISTS extra" : "CREATE TABLE IF NOT EXISTS extra (a, b)", [])
        }
    }

    private mutating func makeQuery() -> Operation {
        let id = SQLValue.integer(Int64(number(40)))
        switch number(5) {
        case 0: return .sql("SELECT * FROM a WHERE id >= ? ORDER BY id LIMIT 5", [id])
        case 1:
            return .sql(
                "SELECT a.id, count(*), sum(x) FROM a JOIN c ON c.a = a.id GROUP BY a.id ORDER BY a.id",
                []
            )
        case 2: return .sql("SELECT k, v, typeof(v) FROM w WHERE k > ? ORDER BY k DESC", [.text(text())])
        case 3: return .sql("SELECT count(*), sum(length(b)) FROM a", [])
        default: return .sql("SELECT name, sql FROM sqlite_master ORDER BY name", [])
        }
    }

    private mutating func options() -> ListOptions {
        var options = ListOptions(reverse: number(2) == 0)
        if number(3) == 0 { options.prefix = "k" }
        if number(3) == 0 { options.start = key() }
        if number(3) == 0 { options.end = key() }
        if number(3) == 0 { options.limit = 1 + number(5) }
        return options
    }

    private mutating func value() -> SQLValue {
        switch number(5) {
        case 0: .null
        case 1: .integer(Int64(number(2_000)) - 1_000)
        case 2: .real(Double(number(20_000)) / 100 - 100)
        case 3: .text(text())
        default: blob()
        }
    }

    private mutating func key() -> String { ["", "k", "k1", "k10", "k2", "é", "z", "\u{0}"][number(8)] }
    private mutating func text() -> String { String(repeating: "é", count: number(3)) + "\(number(50))" }

    private mutating func blob() -> SQLValue {
        let size = [0, 10, 500, 5_000, 30_000][number(5)]
        return .blob((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ size) })
    }

    private mutating func number(_ bound: Int) -> Int { Int(random.source.next() % UInt64(bound)) }
}

private struct SeededGenerator {
    let source: SeededRandomSource
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
