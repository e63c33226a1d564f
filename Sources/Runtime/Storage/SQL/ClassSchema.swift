import RoostStorage
import Synchronization

/// The schema migrations of a class, checked, and what comes of them on an empty database.
struct ClassSchema: Sendable {
    let migrations: [SchemaMigration]
    let template: SchemaTemplate

    /// The longest name of a migration, in bytes.
    private static let nameBytesMax = 128
    /// The most migrations of a class.
    private static let countMax = 10_000

    /// Checks the migrations of a class and runs them on an empty database.
    ///
    /// - Returns: Nothing when the class has none.
    init?<Object: DurableObject>(
        of type: Object.Type,
        named name: String,
        storage: StorageKind,
        limits: SQLLimits
    ) throws(RoostError) {
        migrations = Object.schemaMigrations
        guard let last = migrations.last else { return nil }
        guard storage == .sql else {
            throw Self.failure("The class \(name) has schema migrations but no SQL storage. Register it with `.sql`.")
        }
        try Self.check(migrations, of: name)
        template = try SchemaTemplate(migrations, of: name, limits: limits, record: Self.record(after: last))
    }

    /// The record of an object in which a migration was the last to run.
    static func record(after migration: SchemaMigration) -> SQLPageLayout.SchemaRecord {
        SQLPageLayout.SchemaRecord(number: UInt32(migration.number), name: migration.name)
    }

    private static func check(_ migrations: [SchemaMigration], of name: String) throws(RoostError) {
        guard migrations.count <= countMax else {
            throw failure("The class \(name) has more than \(countMax) schema migrations.")
        }
        for (index, migration) in migrations.enumerated() {
            guard migration.number == index + 1 else {
                throw failure(
                    "The schema migrations of \(name) are numbered 1, 2, 3 and so on, in order, but number "
                        + "\(migration.number) (\(migration.name)) stands at place \(index + 1)."
                )
            }
            guard !migration.name.isEmpty, migration.name.utf8.count <= nameBytesMax else {
                throw failure(
                    "Schema migration \(migration.number) of \(name) needs a name of 1 to \(nameBytesMax) bytes."
                )
            }
        }
    }

    static func failure(_ message: String) -> RoostError { RoostError(.migrationFailed, message) }
}

/// The database of an object in which all migrations of its class have run and nothing else.
final class SchemaTemplate: Sendable {
    let pages: [UInt32: [UInt8]]
    let pageCount: UInt32
    let record: SQLPageLayout.SchemaRecord

    init(
        _ migrations: [SchemaMigration],
        of name: String,
        limits: SQLLimits,
        record: SQLPageLayout.SchemaRecord
    ) throws(RoostError) {
        let pages = ScratchPageStore()
        let hasAsked = Flag()
        let database: SQLDatabase
        do throws(SQLError) {
            database = try SQLDatabase(
                pages: pages,
                limits: limits,
                now: { hasAsked.raise() },
                random: { UInt64(hasAsked.raise()) }
            )
        } catch {
            throw RoostError(error)
        }
        for migration in migrations {
            do throws(SQLError) {
                try database.run(migration)
            } catch {
                throw .migrationFailed(migration, of: name, error)
            }
            guard !hasAsked.isRaised else {
                throw ClassSchema.failure(
                    "Schema migration \(migration.title) of \(name) asks for the time or for random values, but it "
                        + "must come to the same in every object."
                )
            }
        }
        database.discard()
        self.pages = pages.pages
        pageCount = pages.pageCount
        self.record = record
    }

    /// Remembers that something was asked for.
    private final class Flag: Sendable {
        private let value = Atomic<Bool>(false)

        var isRaised: Bool { value.load(ordering: .relaxed) }

        func raise() -> Int64 {
            value.store(true, ordering: .relaxed)
            return 0
        }
    }
}

/// Pages in memory, of a database that belongs to no object.
private final class ScratchPageStore: SQLPageStore {
    private(set) var pages: [UInt32: [UInt8]] = [:]
    private(set) var pageCount: UInt32 = 0

    func showPage(_ number: UInt32, to body: (RawSpan) -> Void) throws(StorageError) -> Bool {
        guard let page = pages[number] else { return false }
        unsafe body(page.span.bytes)
        return true
    }

    func setPage(_ number: UInt32, _ bytes: [UInt8]?) throws(StorageError) { pages[number] = bytes }

    func setPageCount(_ count: UInt32) throws(StorageError) { pageCount = count }
}

extension SQLDatabase {
    /// Runs a migration and commits it to the page store.
    ///
    /// When it throws, the connection must be discarded.
    func run(_ migration: SchemaMigration) throws(SQLError) {
        try enforceForeignKeys(false)
        try run(script: migration.sql)
        if let table = try brokenForeignKey() { throw .brokenForeignKey(table) }
        try flush()
        try enforceForeignKeys(true)
    }
}

extension RoostError {
    static func migrationFailed(_ migration: SchemaMigration, of name: String, _ error: SQLError) -> RoostError {
        RoostError(
            .migrationFailed,
            "Schema migration \(migration.title) of \(name) failed, so nothing of it was kept: \(error.message)",
            underlying: error.cause,
            sqlCode: error.codeName
        )
    }
}
