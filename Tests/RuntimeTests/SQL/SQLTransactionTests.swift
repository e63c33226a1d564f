import RoostRuntime
import RoostStorage
import RoostTesting
import Testing

/// Transactions over keys and rows, and errors that lose the turn.
///
/// The names are those of the origin's cases.
struct ObjectSQLTransactionTests {
    private let test: SQLTest

    init() throws { test = try SQLTest() }

    @Test func `sql-test - transaction with no implicit txn sees its own write and returns its value`() async throws {
        let seen = try await test.inside { box in
            let value = try box.storage.transaction {
                try box.storage.sql.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
                return try box.storage.sql.text("SELECT * FROM t")
            }
            return value
        }
        #expect(seen == "1")
        try test.test.crash()
        #expect(try await test.text("SELECT * FROM t") == "1")
    }

    @Test func `sql-test - transaction while an implicit txn is open`() async throws {
        let seen = try await test.inside { box in
            try box.storage.put("key", 1)
            try box.storage.sql.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
            try box.storage.transaction {
                try box.storage.put("key", 2)
                try box.storage.sql.execute("INSERT INTO t VALUES (2)")
            }
            return "\(try box.storage.sql.text("SELECT * FROM t")) \(try box.storage.get("key", as: Int.self) ?? 0)"
        }
        #expect(seen == "1 2 2")
    }

    @Test func `sql-test - transaction whose callback throws restores keys and rows and rethrows`() async throws {
        let seen = try await test.inside { box in
            try box.storage.put("key", 1)
            try box.storage.sql.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
            var thrown = ""
            do {
                try box.storage.transaction {
                    try box.storage.put("key", 2)
                    try box.storage.put("other", 2)
                    try box.storage.sql.execute("INSERT INTO t VALUES (2); CREATE TABLE u (b)")
                    throw TestError.refused
                }
            } catch TestError.refused { thrown = "refused" }
            let tables = try box.storage.sql.text("SELECT name FROM sqlite_master")
            let keys = try box.storage.list(as: Int.self).map { "\($0.key)=\($0.value)" }.joined()
            return "\(thrown) \(try box.storage.sql.text("SELECT * FROM t")) \(tables) \(keys)"
        }
        #expect(seen == "refused 1 t key=1")
        try test.test.crash()
        #expect(try await test.text("SELECT * FROM t") == "1")
    }

    @Test func `sql-test - nested transaction commits into the outer, outer rollback undoes both`() async throws {
        let seen = try await test.inside { box in
            let storage = box.storage
            try storage.sql.execute("CREATE TABLE t (a)")
            do {
                try storage.transaction {
                    try storage.sql.execute("INSERT INTO t VALUES (1)")
                    try storage.transaction {
                        try storage.sql.execute("INSERT INTO t VALUES (2)")
                        try storage.put("inner", 1)
                    }
                    throw TestError.refused
                }
            } catch TestError.refused {}
            try storage.transaction {
                try storage.sql.execute("INSERT INTO t VALUES (3)")
                do {
                    try storage.transaction {
                        try storage.sql.execute("INSERT INTO t VALUES (4)")
                        throw TestError.refused
                    }
                } catch TestError.refused {}
                try storage.transaction { _ = try storage.sql.execute("INSERT INTO t VALUES (5)") }
            }
            return "\(try storage.sql.text("SELECT * FROM t")) \(try storage.get("inner", as: Int.self) == nil)"
        }
        #expect(seen == "3 5 true")
    }

    @Test func `a transaction in which only the inner one writes rows undoes what its outer one must`() async throws {
        let seen = try await test.inside { box in
            let storage = box.storage
            try storage.sql.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
            do {
                try storage.transaction {
                    _ = try storage.sql.text("SELECT * FROM t")
                    try storage.transaction {
                        try storage.transaction { _ = try storage.sql.execute("INSERT INTO t VALUES (2)") }
                    }
                    throw TestError.refused
                }
            } catch TestError.refused {}
            return try storage.sql.text("SELECT * FROM t")
        }
        #expect(seen == "1")
    }

    @Test func `testRollbackKvInit - the first key of an object is rolled back, and can be put later`() async throws {
        let seen = try await test.inside { box in
            do {
                try box.storage.transaction {
                    try box.storage.put("foo", 123)
                    throw TestError.refused
                }
            } catch TestError.refused {}
            let before = try box.storage.get("foo", as: Int.self) == nil
            try box.storage.put("foo", 456)
            return "\(before) \(try box.storage.get("foo", as: Int.self) ?? 0)"
        }
        #expect(seen == "true 456")
    }

    @Test func `testRollbackAlarmInit - keys, rows and the alarm are undone together, and kept together`() async throws
    {
        let test = try RoostTest { try $0.register(Bell.self, storage: .sql) }
        let bell = try test.objects(of: Bell.self).get("rollback with rows")
        let seen = try await test.run(in: bell) { bell, _ in
            let storage = bell.storage
            try storage.sql.execute("CREATE TABLE t (a)")
            func change(_ number: Int) throws {
                try storage.put("key", number)
                try storage.setAlarm(Timestamp(milliseconds: Int64(number) * 1_000_000_000_000_000))
                try storage.sql.execute("INSERT INTO t VALUES (?)", number)
            }
            do {
                try storage.transaction {
                    try change(1)
                    throw TestError.refused
                }
            } catch TestError.refused {}
            let undone = try storage.getAlarm() == nil && storage.get("key", as: Int.self) == nil
            try storage.transaction { try change(2) }
            return "\(undone) \(try storage.sql.text("SELECT * FROM t"))"
        }
        #expect(seen == "true 2")
        try test.crash()
        let again = try test.objects(of: Bell.self).get("rollback with rows")
        let kept = try await test.run(in: again) { bell, _ in
            let alarm = try bell.storage.getAlarm()?.milliseconds ?? 0
            return
                "\(alarm) \(try bell.storage.get("key", as: Int.self) ?? 0) \(try bell.storage.sql.text("SELECT * FROM t"))"
        }
        #expect(kept == "2000000000000000 2 2")
    }

    @Test func `a transaction that changes nothing makes no commit`() async throws {
        try await test.text("CREATE TABLE t (a)")
        let commits = test.test.store.statistics.commits
        let seen = try await test.inside { box in
            try box.storage.transaction {
                try box.storage.transaction { try box.storage.sql.text("SELECT count(*) FROM t") }
            }
        }
        #expect(seen == "0")
        #expect(test.test.store.statistics.commits == commits)
    }

    // MARK: Errors that lose the turn

    /// An object with one row in a nearly full database.
    private static func nearlyFull() async throws -> SQLTest {
        let test = try SQLTest(limits: SQLTest.limits(pages: 20))
        try await test.text("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
        return test
    }

    private static let tooLarge = "INSERT INTO t VALUES (randomblob(500000))"

    @Test func `testAutoRollBackOnCriticalError`() async throws {
        let test = try await Self.nearlyFull()
        let box = try test.box()
        let error = try await test.error { box in
            try box.storage.sql.execute("INSERT INTO t VALUES (2)")
            try box.storage.put("key", 1)
            let first = try box.storage.sql.error(Self.tooLarge)
            // Caught, and yet every further operation throws it again.
            let second = try box.storage.sql.error("SELECT * FROM t")
            let third = #expect(throws: RoostError.self) { try box.storage.get("key", as: Int.self) }
            #expect(first.message == "database or disk is full: SQLITE_FULL")
            #expect(second.message == first.message)
            #expect(third?.message == first.message)
            return "the application did not notice"
        }
        #expect(error.code == .objectReset)
        #expect(error.message == "database or disk is full: SQLITE_FULL")
        #expect(error.reset)
        #expect(error.sqlCode == "SQLITE_FULL")
        let after = try await box.inside { box in
            "\(try box.storage.sql.text("SELECT a FROM t")) \(try box.storage.get("key", as: Int.self) == nil)"
        }
        #expect(after == "1 true")
    }

    @Test func `testCriticalErrorOnTransactionSyncRollback - the application's own error surfaces inside`() async throws
    {
        let test = try await Self.nearlyFull()
        let error = try await test.error { box in
            let thrown = #expect(throws: TestError.self) {
                try box.storage.transaction {
                    _ = try box.storage.sql.error(Self.tooLarge)
                    throw TestError.refused
                }
            }
            #expect(thrown == .refused)
            return ""
        }
        #expect(error.message == "database or disk is full: SQLITE_FULL")
        #expect(try await test.text("SELECT a FROM t") == "1")
    }

    @Test func `testCriticalErrorOnTransactionSyncCommit`() async throws {
        let test = try await Self.nearlyFull()
        let error = try await test.error { box in
            let thrown = #expect(throws: RoostError.self) {
                try box.storage.transaction { _ = try box.storage.sql.error(Self.tooLarge) }
            }
            #expect(thrown?.message == "Cannot commit transaction due to an earlier SQL critical error")
            return ""
        }
        #expect(error.message == "database or disk is full: SQLITE_FULL")
        #expect(try await test.text("SELECT a FROM t") == "1")
    }

    @Test func `testCriticalErrorOnTransactionRollback - what was durable before the turn is kept`() async throws {
        let test = try await Self.nearlyFull()
        try await test.text("INSERT INTO t VALUES (2)")
        let error = try await test.error { box in
            try box.storage.transaction {
                _ = try box.storage.sql.error(Self.tooLarge)
                throw TestError.refused
            }
        }
        #expect(error.message == "database or disk is full: SQLITE_FULL")
        #expect(try await test.text("SELECT a FROM t") == "1 2")
    }

    @Test func `an error that loses only the statement leaves the turn alone`() async throws {
        let test = try await Self.nearlyFull()
        let seen = try await test.inside { box in
            try box.storage.sql.execute("INSERT INTO t VALUES (2)")
            let error = try box.storage.sql.error("UPDATE t SET a = randomblob(500000)")
            return "\(error.code) \(error.message)"
        }
        #expect(seen == "sql database or disk is full: SQLITE_FULL")
        #expect(try await test.text("SELECT a FROM t") == "1 2")
    }

    @Test func `a reset for lack of space is seen by everybody who waits, and by the observer`() async throws {
        let recorder = EventRecorder()
        let test = try SQLTest(limits: SQLTest.limits(pages: 20), recorder: recorder)
        try await test.text("CREATE TABLE t (a)")
        _ = try await test.error { try $0.storage.sql.text(Self.tooLarge) }
        #expect(recorder.events.contains(.reset("box")))
    }
}
