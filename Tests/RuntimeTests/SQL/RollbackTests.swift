import RoostRuntime
import RoostTesting
import Testing

/// Transactions that are undone by `rollback()`.
struct RollbackTests {
    @Test func `sql-test - transaction with txn.rollback() restores`() async throws {
        let test = try SQLTest()
        let seen = try await test.inside { box in
            let storage = box.storage
            try storage.put("key", 1)
            try storage.sql.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
            let result = try storage.transaction { transaction in
                try storage.put("key", 2)
                try storage.put("other", 2)
                try storage.sql.execute("INSERT INTO t VALUES (2); CREATE TABLE u (b)")
                try transaction.rollback()
                return "returned"
            }
            let tables = try storage.sql.text("SELECT name FROM sqlite_master")
            let keys = try storage.list(as: Int.self).map { "\($0.key)=\($0.value)" }.joined()
            return "\(result) \(try storage.sql.text("SELECT * FROM t")) \(tables) \(keys)"
        }
        #expect(seen == "returned 1 t key=1")
        try test.test.crash()
        #expect(try await test.text("SELECT * FROM t") == "1")
    }

    @Test func `what comes after a rollback is no part of the transaction`() async throws {
        let test = try SQLTest()
        let seen = try await test.inside { box in
            let storage = box.storage
            try storage.sql.execute("CREATE TABLE t (a)")
            do {
                try storage.transaction { transaction in
                    try storage.put("before", 1)
                    try storage.sql.execute("INSERT INTO t VALUES (1)")
                    try transaction.rollback()
                    try storage.put("after", 2)
                    try storage.sql.execute("INSERT INTO t VALUES (2)")
                    // Neither this nor the error undoes what is no part of it.
                    try transaction.rollback()
                    throw TestError.refused
                }
            } catch TestError.refused {}
            let keys = try storage.list(as: Int.self).map { "\($0.key)=\($0.value)" }.joined()
            return "\(try storage.sql.text("SELECT * FROM t")) \(keys)"
        }
        #expect(seen == "2 after=2")
        try test.test.crash()
        #expect(try await test.text("SELECT * FROM t") == "2")
    }

    @Test func `a row that is written after a rollback in the same turn holds the answer`() async throws {
        let test = try SQLTest()
        _ = try await test.inside { box in
            try box.storage.sql.execute("CREATE TABLE t (a)")
            return ""
        }
        test.test.disk.failCommits(1)
        await #expect(throws: RoostError.self) {
            _ = try await test.inside { box in
                try box.storage.transaction { transaction in
                    try box.storage.sql.execute("INSERT INTO t VALUES (1)")
                    try transaction.rollback()
                }
                try box.storage.sql.execute("INSERT INTO t VALUES (2)")
                return "told although it is lost"
            }
        }
    }

    @Test func `an outer transaction is not rolled back while one runs inside it`() async throws {
        let test = try SQLTest()
        let seen = try await test.inside { box in
            let storage = box.storage
            try storage.sql.execute("CREATE TABLE t (a)")
            return try storage.transaction { outer in
                try storage.sql.execute("INSERT INTO t VALUES (1)")
                var message = ""
                try storage.transaction { inner in
                    try storage.sql.execute("INSERT INTO t VALUES (2)")
                    do { try outer.rollback() } catch let error as RoostError { message = error.message }
                    try inner.rollback()
                }
                let rows = try storage.sql.text("SELECT * FROM t")
                try outer.rollback()
                return "\(rows) \(try storage.sql.text("SELECT count(*) FROM t")) \(message)"
            }
        }
        #expect(seen == "1 0 Cannot roll back an outer transaction while a nested transaction is still running.")
    }

    @Test func `testRollbackAlarmInit - with txn.rollback()`() throws {
        let belfry = try Belfry()
        let alarms = try belfry.inside { _, storage in
            try storage.transaction { transaction in
                try storage.setAlarm(after: .seconds(5))
                let before = try storage.getAlarm()
                try transaction.rollback()
                return [before != nil, try storage.getAlarm() != nil]
            }
        }
        #expect(alarms == [true, false])
        belfry.test.advance(by: .seconds(10))
        #expect(belfry.rings.isEmpty)
    }

    @Test func `testCriticalErrorOnTransactionRollback - the rollback throws what has lost the turn`() async throws {
        let test = try SQLTest(limits: SQLTest.limits(pages: 20))
        try await test.text("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
        try await test.text("INSERT INTO t VALUES (2)")
        let error = try await test.error { box in
            try box.storage.transaction { transaction in
                _ = try box.storage.sql.error("INSERT INTO t VALUES (randomblob(500000))")
                let thrown = #expect(throws: RoostError.self) { try transaction.rollback() }
                #expect(thrown?.message == "database or disk is full: SQLITE_FULL")
                return ""
            }
        }
        #expect(error.message == "database or disk is full: SQLITE_FULL")
        #expect(try await test.text("SELECT a FROM t") == "1 2")
    }
}
