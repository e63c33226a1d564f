import RoostRuntime
import RoostStorage

/// A class of somebody's own program: a text under a key, and an alarm.
distributed actor Note: DurableObject {
    private let storage: ObjectStorage

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
    }

    distributed func write(_ text: String) throws {
        try storage.put("text", text)
        try storage.setAlarm(after: .seconds(1_000_000))
    }

    distributed func text() throws -> String? { try storage.get("text", as: String.self) }

    distributed func hasAlarm() throws -> Bool { try storage.getAlarm() != nil }

    func alarm(_ invocation: AlarmInvocation) throws {}
}

/// The same class in the next version of the program, with a table.
distributed actor Archive: DurableObject {
    static var schemaMigrations: [SchemaMigration] {
        [SchemaMigration(1, "lines", "CREATE TABLE lines (text TEXT NOT NULL)")]
    }

    private let storage: ObjectStorage

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
    }

    distributed func add(_ line: String) throws -> Int {
        _ = try storage.sql.execute("INSERT INTO lines VALUES (?)", line).all()
        return try storage.sql.execute("SELECT count(*) AS n FROM lines").one().get("n", as: Int.self)
    }

    distributed func text() throws -> String? { try storage.get("text", as: String.self) }

    distributed func hasAlarm() throws -> Bool { try storage.getAlarm() != nil }

    func alarm(_ invocation: AlarmInvocation) throws {}
}

/// Runs somebody's own program on a directory: opens the store, registers, and puts everything away again.
func program<R>(
    on directory: String,
    script: String,
    register: (Roost) throws -> Void,
    _ body: (Roost, Store) async throws -> R
) async throws -> R {
    let store = try Store.open(directory: directory)
    var configuration = RoostConfiguration()
    configuration.script = script
    let roost = Roost(store: store, configuration: configuration)
    let result: Result<R, any Error>
    do {
        try register(roost)
        result = .success(try await body(roost, store))
    } catch {
        result = .failure(error)
    }
    await roost.shutdown()
    store.close()
    return try result.get()
}
