/// Asks SQLite what it thinks of an object's database.
enum DatabaseCheck {
    /// The first thing that SQLite finds, or `nil` when it finds nothing.
    static func problem(in tables: FileTables, _ classNumber: UInt32, _ object: ObjectNumber) -> String? {
        // Whatever could be stored must be readable; what a statement may do is no matter here.
        var limits = SQLLimits.roost
        limits.steps = .max
        limits.memoryBytes = 1 << 30
        let pages = FileDatabasePages(tables, classNumber, object)
        do throws(SQLError) {
            let database = try SQLDatabase(pages: pages, limits: limits, now: { 0 }, random: { 0 })
            defer { database.discard() }
            let statement = try database.connection.prepareInternal("PRAGMA quick_check(1)")
            guard case .text(let text)? = try database.connection.run(statement) else { return "no answer" }
            return text == "ok" ? nil : text.split(separator: "\n").joined(separator: " ")
        } catch {
            return error.cause?.message ?? error.message
        }
    }
}

/// The pages of a database in a store's file, which cannot be changed.
final class FileDatabasePages: SQLPageStore {
    private let tables: FileTables
    private let rows: Keyspace
    let pageCount: UInt32

    init(_ tables: FileTables, _ classNumber: UInt32, _ object: ObjectNumber) {
        self.tables = tables
        rows = .data(classNumber, object, .pages)
        let stored = try? Records.withValue(rows, key: SQLPageLayout.pageCountKey, in: tables) {
            _,
            payload throws(StorageError) in try SQLPageLayout.pageCount(payload)
        }
        pageCount = stored.flatMap(\.self) ?? 0
    }

    func showPage(_ number: UInt32, to body: (RawSpan) -> Void) throws(StorageError) -> Bool {
        try Records.show(rows, key: SQLPageLayout.key(ofPage: number), in: tables) { _, payload in body(payload) }
    }

    func setPage(_ number: UInt32, _ bytes: [UInt8]?) throws(StorageError) {
        throw StorageError(.readOnly, "A database that is only looked at cannot be changed.")
    }

    func setPageCount(_ count: UInt32) throws(StorageError) {
        throw StorageError(.readOnly, "A database that is only looked at cannot be changed.")
    }
}
