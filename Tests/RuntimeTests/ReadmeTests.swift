import RoostRuntime
import RoostTesting
import Testing

/// The second example of the README, as it stands there.
private distributed actor ReadmeNotebook: DurableObject {
    static var schemaMigrations: [SchemaMigration] {
        [SchemaMigration(1, "notes", "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL, until INTEGER)")]
    }

    let storage: ObjectStorage
    let clock: any RuntimeClock

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
        clock = context.clock
    }

    distributed func add(_ text: String) throws -> Int {
        let until = clock.now + .seconds(86_400)
        try storage.sql.execute("INSERT INTO notes (text, until) VALUES (?, ?)", text, until)
        if try storage.getAlarm() == nil { try storage.setAlarm(until) }
        return try storage.sql.execute("SELECT count(*) FROM notes").one().get(0)
    }

    func alarm(_ invocation: AlarmInvocation) throws {
        try storage.sql.execute("DELETE FROM notes WHERE until <= ?", clock.now)
        let next = try storage.sql.execute("SELECT min(until) FROM notes").one().get(0, as: Timestamp?.self)
        if let next { try storage.setAlarm(next) }
    }
}

struct ReadmeTests {
    @Test func `the notebook of the README forgets its notes after a day, each in its time`() async throws {
        let test = try RoostTest { try $0.register(ReadmeNotebook.self) }
        let notebook = try test.objects(of: ReadmeNotebook.self).get("a")
        #expect(try await notebook.add("first") == 1)
        await test.advance(by: .seconds(3_600))
        #expect(try await notebook.add("second") == 2)
        await test.advance(by: .seconds(83_000))
        #expect(try await notebook.add("third") == 2)
        try test.crash()
        await test.advance(by: .seconds(86_400))
        #expect(try await test.objects(of: ReadmeNotebook.self).get("a").add("fourth") == 1)
    }
}
