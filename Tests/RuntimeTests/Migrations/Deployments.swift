import RoostRuntime
import RoostStorage
import RoostTesting

/// A class with a table, which keeps what it was told and when its alarm rang.
distributed actor Diary: DurableObject {
    static var schemaMigrations: [SchemaMigration] {
        [SchemaMigration(1, "lines", "CREATE TABLE lines (text TEXT NOT NULL)")]
    }

    private let storage: ObjectStorage

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
    }

    distributed func write(_ text: String) throws {
        _ = try storage.sql.execute("INSERT INTO lines VALUES (?)", text).all()
    }

    distributed func lines() throws -> [String] {
        try storage.sql.execute("SELECT text FROM lines").all().map { try $0.get("text", as: String.self) }
    }

    distributed func key(_ key: String) throws -> String? { try storage.get(key, as: String.self) }
}

/// A class with keys only, and an alarm.
distributed actor Pad: DurableObject {
    private let storage: ObjectStorage

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
    }

    distributed func write(_ text: String) throws { try storage.put("text", text) }

    distributed func text() throws -> String? { try storage.get("text", as: String.self) }

    distributed func ringLater(_ seconds: Int) throws { try storage.setAlarm(after: .seconds(seconds)) }

    distributed func isRung() throws -> Bool { try storage.get("rung", as: Bool.self) ?? false }

    func alarm(_ invocation: AlarmInvocation) throws { try storage.put("rung", true) }
}

/// The script `app` with these migrations.
func app(_ migrations: ClassMigration..., bindings: [ObjectBinding] = []) -> Deployment {
    Deployment(scripts: [DeployedScript(name: "app", bindings: bindings, lifecycle: .migrations(migrations))])
}

/// A runtime with a deployment, on a disk that outlives it.
func deployed(
    _ deployment: Deployment,
    _ classes: CompiledClass...,
    on disk: MemoryDisk,
    pending: PendingMigrations = .apply,
    allowing: Set<String> = []
) throws -> RoostTest {
    try RoostTest(disk: disk) {
        try $0.deploy(deployment, classes: classes, pending: pending, allowingDeletionOf: allowing)
    }
}

/// What a deployment is refused with.
func refusal(
    _ deployment: Deployment,
    _ classes: CompiledClass...,
    on disk: MemoryDisk,
    pending: PendingMigrations = .apply,
    allowing: Set<String> = []
) throws -> MigrationError? {
    let store = try Store.inMemory(on: disk)
    defer { store.close() }
    let roost = Roost(store: store, seams: RuntimeSeams(clock: VirtualClock(), random: SeededRandomSource(seed: 1)))
    defer { roost.release() }
    do {
        try roost.deploy(deployment, classes: classes, pending: pending, allowingDeletionOf: allowing)
        return nil
    } catch {
        return error
    }
}

extension ClassMigration {
    static let newPad = ClassMigration(tag: "v1", .create("Pad", .keyValue))
}
