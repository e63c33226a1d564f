import Testing

@testable import RoostStorage

/// Every limit is reached once.
struct SQLLimitsTests {
    @Test func `sql-test - five terms of a compound SELECT are taken, six are not`() throws {
        let test = try TestDatabase()
        let terms = Array(repeating: "SELECT 1", count: 6)
        #expect(try test.rows(terms.prefix(5).joined(separator: " UNION ALL ")).count == 5)
        #expect(
            try test.message(terms.joined(separator: " UNION ALL ")).hasPrefix("too many terms in compound SELECT")
        )
    }

    @Test func `lengths, counts and depths are those of the origin`() throws {
        let test = try TestDatabase()
        let names = (0...100).map { "c\($0)" }.joined(separator: ", ")
        #expect(try test.message("CREATE TABLE t (\(names))").contains("too many columns"))
        let marks = Array(repeating: "?", count: 101).joined(separator: ", ")
        #expect(try test.message("SELECT \(marks)").contains("too many SQL variables"))
        #expect(try test.message("SELECT 'a' LIKE '\(String(repeating: "a", count: 51))'").contains("too complex"))
        #expect(try test.message("SELECT \(String(repeating: " ", count: 100_000))1").contains("too"))
        let deep = String(repeating: "1+", count: 101) + "1"
        #expect(try test.message("SELECT \(deep)").contains("Expression tree is too large"))
        try test.rows("CREATE TABLE v (a)")
        #expect(
            try test.message("INSERT INTO v SELECT zeroblob(4194305)") == "string or blob too big: SQLITE_TOOBIG"
        )
    }

    @Test func `SQLite-KV large key - 4,000,000 bytes are stored, more than 4 MiB are too big`() throws {
        let test = try TestDatabase()
        try test.rows("CREATE TABLE t (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID")
        let key = String(repeating: "k", count: 4_000_000)
        try test.rows("INSERT INTO t VALUES (?, x'01')", .text(key))
        #expect(try test.value("SELECT length(key) FROM t") == .integer(4_000_000))
        let tooBig = SQLValue.text(String(repeating: "k", count: 4_194_305))
        #expect(try test.error("INSERT INTO t VALUES (?, NULL)", tooBig).message.hasPrefix("string or blob too big"))
    }

    @Test func `a query that runs away is interrupted, and the object goes on`() throws {
        var limits = SQLLimits()
        limits.steps = 50_000
        let test = try TestDatabase(limits: limits)
        try test.rows("CREATE TABLE t (a)")
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        let error = try test.error("\(endless) SELECT max(i) FROM n")
        #expect(error.isInterrupted && !error.isCritical)
        #expect(error.message == "interrupted: SQLITE_INTERRUPT")
        try test.rows("INSERT INTO t VALUES (1)")
        // Each call has the whole allowance, so a long result can be read to its end.
        let long = try test.database.execute("\(endless) SELECT i FROM n LIMIT 20000")
        #expect(try TestDatabase.all(long).count == 20_000)
        let writing = try test.error("\(endless) INSERT INTO t SELECT i FROM n")
        #expect(writing.isInterrupted && writing.isCritical)
        #expect(try test.error("SELECT 1").isCritical)
    }

    @Test func `memory metering enforces SQLITE_NOMEM when the limit is exceeded`() throws {
        var limits = SQLLimits()
        limits.memoryBytes = 2 << 20
        let test = try TestDatabase(limits: limits)
        try test.rows("CREATE TABLE t (a)")
        try test.database.flush()
        let error = try test.error(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000)
            INSERT INTO t SELECT randomblob(1000) FROM n
            """
        )
        #expect(error.message == "out of memory: SQLITE_NOMEM")
        #expect(error.isCritical)
    }

    @Test func `many short statements are stopped as well, and what they did can be committed`() throws {
        var limits = SQLLimits()
        limits.memoryBytes = 1 << 20
        let test = try TestDatabase(limits: limits)
        try test.rows("CREATE TABLE t (a)")
        var written: Int64 = 0
        while written < 100, (try? test.rows("INSERT INTO t VALUES (randomblob(100000))")) != nil { written += 1 }
        #expect((8..<14).contains(written))
        #expect(try test.error("INSERT INTO t VALUES (1)").message == SQLError.outOfMemory.message)
        try test.database.flush()
        test.database.releaseMemory()
        try test.rows("INSERT INTO t VALUES (1)")
        #expect(try test.reopened().value("SELECT count(*) FROM t") == .integer(written + 1))
    }

    @Test func `memory metering tracks what the connection holds`() throws {
        let test = try TestDatabase()
        let before = test.database.memoryUsedBytes
        #expect(before < 200_000)
        try test.rows("CREATE TABLE t (a)")
        for _ in 0..<10 { try test.rows("INSERT INTO t VALUES (randomblob(100000))") }
        #expect(test.database.memoryUsedBytes > before + 1_000_000)
        try test.database.flush()
        test.database.releaseMemory()
        #expect(test.database.memoryUsedBytes < before + 500_000)
        #expect(try test.value("SELECT count(*) FROM t") == .integer(10))
    }

    @Test func `the profile of the store takes what SQLite takes`() throws {
        let test = try TestDatabase(limits: .roost)
        let terms = Array(repeating: "SELECT 1", count: 100).joined(separator: " UNION ALL ")
        #expect(try test.rows(terms).count == 100)
        #expect(try test.value("SELECT length(zeroblob(8000000))") == .integer(8_000_000))
    }
}

struct SQLStatementCacheTests {
    @Test func `it is bounded by bytes and by count, and the newest stay`() throws {
        var limits = SQLLimits()
        limits.cachedStatementBytes = 100
        limits.cachedStatements = 3
        let test = try TestDatabase(limits: limits)
        func texts() -> [Bool] { (0..<5).map { test.database.cache.contains("SELECT \($0)") } }
        for number in 0..<4 { try test.rows("SELECT \(number)") }
        #expect(texts() == [false, true, true, true, false])
        try test.rows("SELECT 1")
        try test.rows("SELECT 4")
        #expect(texts() == [false, true, false, true, true])
        #expect(test.database.cache.bytes == 24)
        try test.rows("SELECT \(String(repeating: " ", count: 70))5")
        #expect(test.database.cache.bytes <= 100)
        try test.rows("SELECT \(String(repeating: " ", count: 100))5")
        #expect(test.database.cache.count == 3)
        test.database.releaseMemory()
        #expect(test.database.cache.count == 0)
        #expect(try test.value("SELECT 1") == .integer(1))
    }

    @Test func `a statement that is in use may be pushed out`() throws {
        var limits = SQLLimits()
        limits.cachedStatements = 1
        let test = try TestDatabase(limits: limits)
        let cursor = try test.database.execute("SELECT 1 UNION ALL SELECT 2")
        for number in 0..<10 { try test.rows("SELECT \(number)") }
        #expect(try TestDatabase.all(cursor).count == 2)
    }
}
