/// One step in the life of the tables of a class.
///
/// ```swift
/// static let schemaMigrations = [
///     SchemaMigration(1, "messages", "CREATE TABLE messages (id INTEGER PRIMARY KEY, text TEXT NOT NULL)"),
///     SchemaMigration(2, "authors", "ALTER TABLE messages ADD COLUMN author TEXT"),
/// ]
/// ```
///
/// When an object wakes, the migrations that have not run in it run, in order, each in a transaction of its own, before
/// the initializer and before any event. A migration that fails leaves nothing behind, the object does not start, and
/// the next event tries again. There is no way back: a program that does not know the last migration of an object
/// refuses to start it.
///
/// In an object that has no database yet nothing runs: all migrations were run once when the class was registered, and
/// every new object begins with what came of them. Therefore they must not ask for the time or for random values.
///
/// Foreign keys are not enforced while a migration runs, so that tables can be rebuilt; before it ends every foreign
/// key must lead somewhere. A migration that has been published never changes: write another one.
public struct SchemaMigration: Sendable, Hashable {
    /// Its place: 1, 2, 3 and so on without a gap.
    public let number: Int

    /// What it is called; stored in every object in which it was the last to run.
    public let name: String

    /// Its statements; comments may stand anywhere.
    public let sql: String

    /// Creates a migration; see the properties.
    public init(_ number: Int, _ name: String, _ sql: String) {
        self.number = number
        self.name = name
        self.sql = sql
    }

    /// Creates a migration from a file named `0001_name.sql`.
    ///
    /// - Precondition: The name of the file is of that form.
    public init(file: String, sql: String) {
        let parts = file.split(separator: "_", maxSplits: 1)
        guard parts.count == 2, let number = Int(parts[0]), parts[1].hasSuffix(".sql") else {
            preconditionFailure("A migration file is named like 0001_name.sql, not \(file).")
        }
        self.init(number, String(parts[1].dropLast(4)), sql)
    }

    /// How it is called in errors: `0001_name`.
    var title: String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits + "_" + name
    }
}
