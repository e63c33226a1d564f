import RoostRuntime
import RoostTesting
import Testing

/// Keys and values in a class with SQL storage.
///
/// The names are those of the origin's cases.
struct SQLKeyValueTests {
    private let test: SQLTest

    init() throws { test = try SQLTest() }

    @Test func `sync-kv-test - a missing key, a number, a text`() async throws {
        let seen = try await test.inside { box in
            let missing = try box.storage.get("foo", as: Int.self) == nil
            try box.storage.put("foo", 123)
            try box.storage.put("bar", "abc")
            let bar = try box.storage.get("bar", as: String.self) ?? ""
            return "\(missing) \(try box.storage.get("foo", as: Int.self) ?? 0) \(bar)"
        }
        #expect(seen == "true 123 abc")
    }

    @Test(arguments: [
        ("list is in key order", ListOptions(), "bar baz foo qux"),
        ("reverse", ListOptions(reverse: true), "qux foo baz bar"),
        ("prefix", ListOptions(prefix: "b"), "bar baz"),
        ("limit", ListOptions(limit: 2), "bar baz"),
        ("limit + reverse returns the last key", ListOptions(reverse: true, limit: 1), "qux"),
        ("start/end range", ListOptions(start: "bay", end: "goo"), "baz foo"),
        ("end exclusive", ListOptions(end: "foo"), "bar baz"),
        ("start inclusive", ListOptions(start: "baz"), "baz foo qux"),
        ("startAfter exclusive", ListOptions(startAfter: "baz"), "foo qux"),
    ])
    func `sync-kv-test - list`(name: String, options: ListOptions, expected: String) async throws {
        let seen = try await test.inside { box in
            for key in ["foo", "bar", "qux", "baz"] { try box.storage.put(key, key) }
            return try box.storage.list(options, as: String.self).map(\.key).joined(separator: " ")
        }
        #expect(seen == expected, "\(name)")
    }

    @Test func `sync-kv-test - delete of a missing and of a present key`() async throws {
        let seen = try await test.inside { box in
            try box.storage.put(["a": 1, "b": 2])
            let results = [try box.storage.delete("missing"), try box.storage.delete("a")]
            return "\(results) \(try box.storage.list(as: Int.self).map(\.key))"
        }
        #expect(seen == "[false, true] [\"b\"]")
    }

    @Test func `actor-kv-test - every call in one turn`() async throws {
        let seen = try await test.inside { box in
            let storage = box.storage
            try storage.put("one", 1)
            try storage.put(["two": 2, "three": 3])
            let one = try storage.get("one", as: Int.self) ?? 0
            let some = try storage.get(["one", "two"], as: Int.self).count
            let deleted = try storage.delete("one")
            let listed = try storage.list(as: Int.self).count
            try storage.deleteAll()
            let value = try storage.transaction { "test" }
            try await storage.sync()
            return "\(one) \(some) \(deleted) \(listed) \(value) \(try storage.list(as: Int.self).count)"
        }
        #expect(seen == "1 2 true 2 test 0")
    }

    @Test func `check put multiple wraps operations in a transaction and rollback on error`() async throws {
        let seen = try await test.inside { box in
            try box.storage.put("a", 0)
            try box.storage.sql.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
            let error = #expect(throws: RoostError.self) {
                try box.storage.put(["a": "1", "b": "2", String(repeating: "k", count: 5_000): "3"])
            }
            let left = try box.storage.list(as: Int.self).map { "\($0.key)=\($0.value)" }.joined()
            return "\(error?.code.description ?? "") \(left) \(try box.storage.sql.text("SELECT * FROM t"))"
        }
        #expect(seen == "limit_exceeded a=0 1")
    }

    @Test func `SQLite-KV - deleteAll takes keys and tables, open cursors are canceled, and the object goes on`()
        async throws
    {
        let seen = try await test.inside { box in
            let sql = box.storage.sql
            try sql.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3)")
            try box.storage.put("key", 1)
            let rows = try sql.execute("SELECT * FROM t")
            _ = try rows.next()
            let finished = try sql.execute("SELECT 1")
            _ = try finished.all()
            try box.storage.deleteAll()
            let canceled = #expect(throws: RoostError.self) { try rows.next() }
            let ended = try finished.next() == nil
            let tables = try sql.text("SELECT count(*) FROM sqlite_master")
            let keys = try box.storage.list(as: Int.self).count
            try sql.execute("CREATE TABLE t (b); INSERT INTO t VALUES ('new')")
            return "\(canceled?.message ?? "") \(ended) \(tables) \(keys) \(try sql.databaseSize)"
        }
        #expect(seen == "SQLite query was canceled because the database was deleted. true 0 0 8192")
        try test.test.crash()
        #expect(try await test.text("SELECT * FROM t") == "new")
        #expect(try await test.text("PRAGMA quick_check") == "ok")
    }

    @Test func `reset database - deleteAll of what is durable, and of a database larger than the new one`() async throws
    {
        try await test.text("CREATE TABLE t (a)")
        for _ in 0..<3 { try await test.text("INSERT INTO t VALUES (zeroblob(50000)), (randomblob(50000))") }
        let seen = try await test.inside { box in
            try box.storage.deleteAll()
            return
                "\(try box.storage.sql.text("SELECT count(*) FROM sqlite_master")) \(try box.storage.sql.databaseSize)"
        }
        #expect(seen == "0 4096")
        try await test.text("CREATE TABLE small (a); INSERT INTO small VALUES (1)")
        try test.test.crash()
        #expect(try await test.text("SELECT name FROM sqlite_master") == "small")
        #expect(try await test.text("PRAGMA quick_check") == "ok")
        let size = try await test.inside { "\(try $0.storage.sql.databaseSize)" }
        #expect(size == "8192")
    }

    @Test func `put then deleteAll without await - the key is gone and the counter restarts`() async throws {
        let seen = try await test.inside { box in
            try box.storage.put("counter", 5)
            try box.storage.deleteAll()
            let count = (try box.storage.get("counter", as: Int.self) ?? 0) + 1
            try box.storage.put("counter", count)
            return "\(count)"
        }
        #expect(seen == "1")
    }

    @Test func `deleteAll within a transaction is refused`() async throws {
        let error = try await test.error { box in
            try box.storage.transaction {
                try box.storage.deleteAll()
                return ""
            }
        }
        #expect(error.message == "Cannot call deleteAll() within a transaction")
    }
}
