import Synchronization
import Testing

@testable import RoostStorage

/// A database on pages in memory, with a clock that stands still and seeded randomness.
final class TestDatabase {
    private final class Source: Sendable {
        let generator: Mutex<SplitMix64>

        init(seed: UInt64) {
            generator = Mutex(SplitMix64(seed: seed))
        }
    }

    let pages: MemoryPageStore
    let database: SQLDatabase

    init(
        _ pages: MemoryPageStore = MemoryPageStore(),
        limits: SQLLimits = .cloudflare,
        now: Int64 = 1_700_000_000_123,
        seed: UInt64 = 1
    ) throws {
        self.pages = pages
        let source = Source(seed: seed)
        database = try SQLDatabase(
            pages: pages,
            limits: limits,
            now: { now },
            random: { source.generator.withLock { $0.next() } }
        )
    }

    /// Commits, closes, and opens another connection on the same pages.
    func reopened(limits: SQLLimits = .cloudflare) throws -> TestDatabase {
        try database.flush()
        database.discard()
        return try TestDatabase(pages, limits: limits)
    }

    @discardableResult
    func rows(_ sql: String, _ bindings: SQLValue...) throws -> [[SQLValue]] {
        try Self.all(database.execute(sql, bindings))
    }

    /// The first value of the first row.
    func value(_ sql: String, _ bindings: SQLValue...) throws -> SQLValue? {
        try database.execute(sql, bindings).next()?.first
    }

    /// What a statement is answered with that must fail.
    func error(_ sql: String, _ bindings: SQLValue...) throws -> SQLError {
        do {
            _ = try Self.all(database.execute(sql, bindings))
        } catch let error as SQLError {
            return error
        }
        return try #require(nil, "It should have failed: \(sql)")
    }

    func message(_ sql: String) throws -> String {
        try error(sql).message
    }

    static func all(_ cursor: SQLCursor) throws -> [[SQLValue]] {
        var rows: [[SQLValue]] = []
        while let row = try cursor.next() { rows.append(row) }
        return rows
    }
}
