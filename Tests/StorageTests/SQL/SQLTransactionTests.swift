import Testing

@testable import RoostStorage

/// The turn as one transaction, parts of it, and its loss.
struct SQLTransactionTests {
    @Test func `nothing reaches the page store before the turn ends`() throws {
        let test = try TestDatabase()
        #expect(!test.database.isTransactionOpen)
        try test.rows("CREATE TABLE t (a)")
        for _ in 0..<50 { try test.rows("INSERT INTO t VALUES (randomblob(50000))") }
        #expect(test.database.isTransactionOpen)
        #expect(test.pages.writes == 0)
        #expect(try test.value("SELECT count(*) FROM t") == .integer(50))
        try test.database.flush()
        #expect(!test.database.isTransactionOpen)
        #expect(test.pages.writes > 500)
        #expect(try TestDatabase(test.pages).value("SELECT count(*) FROM t") == .integer(50))
    }

    @Test func `SQLite onWrite callback - reading begins no transaction`() throws {
        let test = try TestDatabase()
        try test.rows("SELECT 1")
        #expect(!test.database.isTransactionOpen)
        #expect(try test.error("INSERT INTO nothing VALUES (1)").code == 1)
        #expect(!test.database.isTransactionOpen)
        try test.database.flush()
        #expect(test.pages.writes == 0)
        // The write callback sees the first writing statement, even if it is not the last of its string.
        try test.rows("CREATE TABLE t (a); SELECT 1")
        #expect(test.database.isTransactionOpen)
    }

    @Test func `what is discarded never happened`() throws {
        let test = try TestDatabase()
        try test.rows("CREATE TABLE t (a)")
        try test.database.flush()
        let durable = test.pages.current
        try test.rows("INSERT INTO t VALUES (1)")
        test.database.discard()
        #expect(test.pages.current == durable)
        #expect(try TestDatabase(test.pages).rows("SELECT * FROM t").isEmpty)
        test.database.discard()
        #expect(!test.database.isTransactionOpen)
    }

    @Test func `sql-test - transactionSync failure rolls DDL back, success keeps it`() throws {
        let test = try TestDatabase()
        try test.database.savepoint(0)
        try test.rows("CREATE TABLE t (a)")
        try test.database.rollback(to: 0)
        #expect(try test.message("SELECT * FROM t").hasPrefix("no such table: t"))
        try test.database.savepoint(0)
        try test.rows("CREATE TABLE t (a)")
        try test.database.release(0)
        #expect(try test.reopened().rows("SELECT * FROM t").isEmpty)
    }

    @Test func `sql-test - nested, an inner rollback undoes the inner only, an outer one both`() throws {
        let test = try TestDatabase()
        try test.rows("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
        try test.database.savepoint(1)
        try test.rows("INSERT INTO t VALUES (2)")
        try test.database.savepoint(2)
        try test.rows("INSERT INTO t VALUES (3)")
        try test.database.rollback(to: 2)
        #expect(try test.value("SELECT group_concat(a) FROM t") == .text("1,2"))
        try test.database.savepoint(2)
        try test.rows("INSERT INTO t VALUES (4)")
        try test.database.release(2)
        #expect(try test.value("SELECT group_concat(a) FROM t") == .text("1,2,4"))
        try test.database.rollback(to: 1)
        #expect(try test.reopened().value("SELECT group_concat(a) FROM t") == .text("1"))
    }

    @Test func `a cursor goes on over a rollback that leaves the schema alone`() throws {
        let test = try TestDatabase()
        try test.rows("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3)")
        try test.database.flush()
        let cursor = try test.database.execute("SELECT a FROM t")
        try test.database.savepoint(1)
        try test.rows("DELETE FROM t")
        try test.database.rollback(to: 1)
        #expect(try TestDatabase.all(cursor).count == 3)
    }

    @Test func `deferred foreign key satisfied before the commit is fine`() throws {
        let test = try Self.withDeferredKey()
        try test.rows("INSERT INTO c VALUES (1); INSERT INTO p VALUES (1)")
        try test.database.flush()
        #expect(try test.value("SELECT count(*) FROM c") == .integer(1))
    }

    @Test func `deferred foreign key violated at the commit loses the turn`() throws {
        let test = try Self.withDeferredKey()
        let durable = test.pages.current
        try test.rows("INSERT INTO c VALUES (1)")
        let error = try #require(throws: SQLError.self) { try test.database.flush() }
        #expect(
            error.message == """
                Durable Object was reset and rolled back to its last known good state because the application left the \
                database in a state where constraints were violated: FOREIGN KEY constraint failed: SQLITE_CONSTRAINT \
                (extended: SQLITE_CONSTRAINT_FOREIGNKEY)
                """
        )
        #expect(error.isCritical)
        #expect(try test.message("SELECT 1") == error.message)
        test.database.discard()
        #expect(test.pages.current == durable)
    }

    @Test func `PRAGMA defer_foreign_keys ends with the turn`() throws {
        let test = try TestDatabase()
        try test.rows("CREATE TABLE p (id PRIMARY KEY); CREATE TABLE c (p REFERENCES p)")
        try test.rows("PRAGMA defer_foreign_keys=ON; INSERT INTO c VALUES (1); INSERT INTO p VALUES (1)")
        try test.database.flush()
        #expect(try test.error("INSERT INTO c VALUES (2)").code == 19)
        #expect(!test.database.holdsSettings)
    }

    @Test func `testAutoRollBackOnCriticalError - a full database loses the turn, and every use says so`() throws {
        let test = try Self.nearlyFull()
        let durable = test.pages.current
        try test.rows("INSERT INTO t VALUES (2)")
        let error = try test.error("INSERT INTO t VALUES (randomblob(500000))")
        #expect(error.message == "database or disk is full: SQLITE_FULL")
        #expect(error.isCritical)
        #expect(try test.message("SELECT * FROM t") == error.message)
        let again = try #require(throws: SQLError.self) { try test.database.flush() }
        #expect(again.message == error.message)
        test.database.discard()
        #expect(test.pages.current == durable)
        #expect(try TestDatabase(test.pages).rows("SELECT a FROM t") == [[.integer(1)]])
    }

    @Test func `a full database loses the statement only, where SQLite can undo it alone`() throws {
        let test = try Self.nearlyFull()
        try test.rows("INSERT INTO t VALUES (2)")
        let error = try test.error("UPDATE t SET a = randomblob(500000)")
        #expect(error.message == "database or disk is full: SQLITE_FULL")
        #expect(!error.isCritical)
        try test.database.flush()
        #expect(try TestDatabase(test.pages).rows("SELECT a FROM t") == [[.integer(1)], [.integer(2)]])
    }

    @Test func `testCriticalErrorOnTransactionSyncCommit and testCriticalErrorOnTransactionRollback`() throws {
        let test = try Self.nearlyFull()
        try test.database.savepoint(1)
        let error = try test.error("INSERT INTO t VALUES (randomblob(500000))")
        let commit = try #require(throws: SQLError.self) { try test.database.release(1) }
        #expect(commit.message == "Cannot commit transaction due to an earlier SQL critical error")
        let rollback = try #require(throws: SQLError.self) { try test.database.rollback(to: 1) }
        #expect(rollback.message == error.message)
        #expect(commit.isCritical && rollback.isCritical)
    }

    @Test func `a conflict clause that rolls back loses the turn`() throws {
        let test = try TestDatabase()
        try test.rows("CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1)")
        let error = try test.error("INSERT OR ROLLBACK INTO t VALUES (1)")
        #expect(error.code == 19)
        #expect(error.isCritical)
        #expect(test.database.criticalError != nil)
    }

    private static func withDeferredKey() throws -> TestDatabase {
        let test = try TestDatabase()
        try test.rows(
            "CREATE TABLE p (id PRIMARY KEY); CREATE TABLE c (p REFERENCES p DEFERRABLE INITIALLY DEFERRED)"
        )
        try test.database.flush()
        return test
    }

    private static func nearlyFull() throws -> TestDatabase {
        var limits = SQLLimits()
        limits.databasePages = 20
        let test = try TestDatabase(limits: limits)
        try test.rows("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
        try test.database.flush()
        return test
    }
}
