import Testing

@testable import RoostStorage

/// What reaches the page store, and what happens when it fails.
struct SQLPageStoreTests {
    @Test func `pages leave the reserved bytes out and have no trailing zeros`() throws {
        let test = try Self.filled()
        let pages = test.pages.current.pages
        #expect(pages.count > 20)
        #expect(pages.values.allSatisfy { $0.count <= SQLPage.storedBytes && $0.last != 0 })
        let header = try #require(pages[1])
        #expect(Array(header[0..<15]) == Array("SQLite format 3".utf8))
        #expect(header[16] == 0x10 && header[17] == 0)
        #expect(header[20] == UInt8(SQLPage.reservedBytes))
    }

    @Test func `nothing is written by reading and by closing`() throws {
        let pages = try Self.filled().pages
        let writes = pages.writes
        let test = try TestDatabase(pages)
        #expect(try test.value("SELECT count(*) FROM t") == .integer(60))
        #expect(try test.rows("PRAGMA quick_check") == [[.text("ok")]])
        try test.database.flush()
        test.database.discard()
        #expect(pages.writes == writes)
    }

    @Test func `a second commit writes only what changed`() throws {
        let test = try Self.filled()
        try test.rows("UPDATE t SET a = -1 WHERE rowid = 1")
        try test.database.flush()
        let writes = test.pages.writes
        try test.rows("UPDATE t SET a = -2 WHERE rowid = 1")
        try test.database.flush()
        #expect(test.pages.writes - writes <= 2)
    }

    @Test func `I-O exceptions pass through SQLite - a failing read is not the end of the object`() throws {
        let pages = try Self.filled().pages
        var failures = 0
        for read in 1...200 {
            pages.restore(pages.current)
            let test: TestDatabase
            pages.failingRead = pages.reads + read
            do {
                test = try TestDatabase(pages)
                try test.rows("SELECT sum(length(b)) FROM t")
                break
            } catch let error as SQLError {
                failures += 1
                #expect(error.cause == pages.failure)
                #expect(error.message == "disk I/O error: SQLITE_IOERR (extended: SQLITE_IOERR_READ)")
                #expect(!error.isCritical)
            }
        }
        #expect(failures > 20)
        pages.restore(pages.current)
        let test = try TestDatabase(pages)
        pages.failingRead = pages.reads + 10
        #expect(try test.error("SELECT sum(length(b)) FROM t").cause != nil)
        pages.failingRead = .max
        #expect(try test.value("SELECT count(*) FROM t WHERE length(b) = 3000") == .integer(60))
    }

    @Test func `a damaged page is an error that keeps what the store said`() throws {
        let pages = try Self.filled().pages
        let test = try TestDatabase(pages)
        pages.failure = StorageError(.corruption, "The page is not what was written; restore the object.")
        pages.failingRead = pages.reads + 3
        let error = try test.error("SELECT sum(length(b)) FROM t")
        #expect(error.cause?.code == .corruption)
        #expect(error.message == "disk I/O error: SQLITE_IOERR (extended: SQLITE_IOERR_DATA)")
    }

    @Test func `SQLite critical error handling for SQLITE_IOERR - a read that fails in a turn with changes`() throws {
        let pages = try Self.filled().pages
        let durable = pages.current
        var limits = SQLLimits()
        limits.cacheBytes = 1
        let test = try TestDatabase(pages, limits: limits)
        try test.rows("UPDATE t SET a = 0 WHERE rowid = 1")
        pages.failingRead = pages.reads + 5
        let error = try test.error("UPDATE t SET a = a + 1")
        #expect(error.isCritical)
        #expect(error.cause == pages.failure)
        pages.failingRead = .max
        #expect(try test.error("SELECT 1").isCritical)
        test.database.discard()
        #expect(pages.current == durable)
    }

    @Test func `a page store that fails at any write loses the turn and nothing else`() throws {
        let pages = try Self.filled().pages
        let durable = pages.current
        var failures = 0
        for write in 1...1_000 {
            pages.restore(durable)
            let test = try TestDatabase(pages)
            try test.rows("UPDATE t SET b = randomblob(3000) WHERE rowid % 4 = 0; DELETE FROM t WHERE rowid % 4 = 1")
            pages.failingWrite = pages.writes + write
            do {
                try test.database.flush()
                #expect(try test.value("SELECT count(*) FROM t") == .integer(45))
                break
            } catch let error as SQLError {
                failures += 1
                #expect(error.isCritical)
                #expect(error.cause == pages.failure)
                #expect(try test.error("SELECT 1").isCritical)
            }
            // The object's layer is dropped with the connection; what is durable is whole.
            test.database.discard()
            pages.restore(durable)
            let fresh = try TestDatabase(pages)
            #expect(try fresh.value("SELECT count(*) FROM t") == .integer(60))
            #expect(try fresh.rows("PRAGMA quick_check") == [[.text("ok")]])
        }
        #expect(failures > 20)
    }

    @Test func `a database that shrinks gives its last pages back`() throws {
        let test = try Self.filled()
        let before = test.pages.pageCount
        try test.rows("DROP TABLE t")
        try test.database.flush()
        #expect(test.database.databaseBytes == SQLPage.bytes)
        // Free pages stay in the database for the next rows, as at the origin.
        #expect(test.pages.pageCount == before)
        try test.rows("CREATE TABLE t (a, b)")
        #expect(try test.reopened().database.databaseBytes == 2 * SQLPage.bytes)
    }

    private static func filled() throws -> TestDatabase {
        let test = try TestDatabase()
        try test.rows("CREATE TABLE t (a, b)")
        for row in 0..<60 { try test.rows("INSERT INTO t VALUES (?, randomblob(3000))", .integer(Int64(row))) }
        try test.database.flush()
        return test
    }
}
