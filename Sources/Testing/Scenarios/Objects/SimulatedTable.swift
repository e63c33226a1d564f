package import Distributed
package import RoostRuntime

/// Rows of a table, counted under a key: both in one turn.
package distributed actor SimulatedTable: DurableObject {
    package static var schemaMigrations: [SchemaMigration] {
        [SchemaMigration(1, "items", "CREATE TABLE items (id INTEGER PRIMARY KEY, item TEXT NOT NULL)")]
    }

    private let storage: ObjectStorage

    package init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
    }

    package distributed func add(_ item: String) throws -> Int {
        // What can fail comes first: an error does not undo what the turn has changed before.
        let count = (try storage.get("count", as: Int.self) ?? 0) + 1
        _ = try storage.sql.execute("INSERT INTO items (item) VALUES (?)", item).all()
        try storage.put("count", count)
        return count
    }

    /// Adds, and takes it back.
    package distributed func addAndRollBack(_ item: String) throws {
        try? storage.transaction {
            _ = try add(item)
            throw CancellationError()
        }
        try storage.put("rolled back", item)
    }

    package distributed func items() throws -> [String] {
        try storage.sql.execute("SELECT item FROM items ORDER BY id").all().map { try $0.get("item", as: String.self) }
    }

    /// What the rows and the key say of their number.
    package distributed func counts() throws -> [Int] {
        [try items().count, try storage.get("count", as: Int.self) ?? 0]
    }
}
