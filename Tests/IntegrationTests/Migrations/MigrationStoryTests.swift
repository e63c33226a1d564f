import Glibc
import RoostRuntime
import RoostStorage
import Testing

/// A person's program goes from version to version: one class renamed, one deleted, one transferred, one given SQL.
@Suite(.timeLimit(.minutes(10)))
struct MigrationStoryTests {
    private static let v1 = """
        name = "chat"
        compatibility_date = "2026-08-01"
        [[migrations]]
        tag = "v1"
        new_classes = ["Room", "Log"]

        """
    private static let v2 =
        v1 + """
            [[migrations]]
            tag = "v2"
            renamed_classes = [{ from = "Room", to = "Hall" }]
            deleted_classes = ["Log"]

            """
    private static let archive1 = """
        name = "archive"
        compatibility_date = "2026-08-01"
        [[migrations]]
        tag = "v1"
        transferred_classes = [{ from = "Hall", from_script = "chat", to = "Archive" }]

        """
    private static let archive2 =
        archive1 + """
            [[migrations]]
            tag = "v2"
            enable_sqlite_classes = ["Archive"]

            """

    private static let names = (1...20).map { "acme:\($0)" }
    /// Enough for a deletion to take a while.
    private static let logs = 30_000

    /// Runs `roost migrations`, and gives what it said.
    private static func run(_ words: String...) async throws -> ChildProcess.Outcome {
        try await RoostBinary.run(["migrations"] + words)
    }

    private static func verify(_ data: String) async throws {
        let outcome = try await RoostBinary.run(["store", "verify", "--data", data])
        #expect(outcome.ending == .exited(0), "\(outcome.standardOutput)")
    }

    /// Applies a configuration, killing the process first at once and then as soon as its transaction is seen.
    private static func applyAndKill(_ config: String, _ data: String, _ more: String...) async throws {
        let words = ["migrations", "apply", "--config", config, "--data", data] + more
        for waits in [false, true] {
            let before = try StoreCare.classes(directory: data).history
            let process = try ChildProcess(RoostBinary.path, words, environment: RoostBinary.environment)
            // While it works, another look into the store is never refused.
            while waits, try StoreCare.classes(directory: data).history == before {}
            process.send(SIGKILL)
            _ = await process.waitForEnd()
            try await verify(data)
            let status = try await run("status", "--config", config, "--data", data)
            let isBegun = try StoreCare.classes(directory: data).history != before
            #expect(status.ending == .exited(isBegun ? 0 : 1), "\(status.standardOutput)")
            if isBegun { break }
        }
        let last = try await RoostBinary.run(words)
        #expect(last.ending == .exited(0), "\(last.standardOutput)\(last.standardError)")
        try await verify(data)
    }

    @Test func `every object is where it should be, with its id`() async throws {
        try await TemporaryDirectory.with { directory in
            let data = directory.path("data")
            let chat = try directory.write(Self.v1, to: "chat/wrangler.toml")
            let first = try await Self.run("apply", "--config", chat, "--data", data)
            #expect(first.ending == .exited(0), "\(first.standardError)")
            let ids = try await Self.fill(data)

            // Rename and delete: refused first, because objects would be lost.
            _ = try directory.write(Self.v2, to: "chat/wrangler.toml")
            let refused = try await Self.run("apply", "--config", chat, "--data", data)
            #expect(refused.ending == .exited(1))
            #expect(refused.standardOutput.contains("delete chat/Log [v2]: \(Self.logs) objects"))
            #expect(refused.standardOutput.contains("--allow-delete Log"))
            try await Self.applyAndKill(chat, data, "--allow-delete", "Log")
            try await program(on: data, script: "chat") {
                try $0.register(Note.self, name: "Hall")
            } _: { roost, store in
                let halls = try roost.objects(of: Note.self)
                for (name, id) in zip(Self.names, ids) {
                    #expect(halls.id(fromName: name).description == id)
                    #expect(try await halls.get(name).text() == "text of \(name)")
                    #expect(try await halls.get(name).hasAlarm())
                }
                #expect(try store.classes().map(\.key.name) == ["Hall"])
                #expect(try store.alarms(through: .max, limit: 1_000).count == Self.names.count)
                #expect(try !store.hasDeletedClasses())
            }

            // Transfer to another script.
            let archive = try directory.write(Self.archive1, to: "archive/wrangler.toml")
            try await Self.applyAndKill(archive, data)
            // And SQL for what was a key-value class.
            _ = try directory.write(Self.archive2, to: "archive/wrangler.toml")
            try await Self.applyAndKill(archive, data)
            try await program(on: data, script: "archive") {
                try $0.register(Archive.self)
            } _: { roost, _ in
                let archives = try roost.objects(of: Archive.self)
                for (name, id) in zip(Self.names, ids) {
                    #expect(archives.id(fromName: name).description == id)
                    #expect(try await archives.get(name).text() == "text of \(name)")
                    #expect(try await archives.get(name).hasAlarm())
                    #expect(try await archives.get(name).add("a line") == 1)
                }
            }
            try await Self.verify(data)
            let list = try await Self.run("list", "--data", data)
            #expect(list.ending == .exited(0))
            #expect(
                list.standardOutput == """
                    archive
                      v1: transfer Hall of chat to Archive
                      v2: SQLite for Archive
                      classes: Archive (sqlite)
                    chat
                      v1: new class Room, new class Log
                      v2: delete Log, rename Room to Hall
                      classes: none
                      moved: Hall is archive/Archive now
                      moved: Room is chat/Hall now
                      deleted: Log

                    """
            )
        }
    }

    /// Gives both classes objects; answers with the ids of the rooms.
    private static func fill(_ data: String) async throws -> [String] {
        try await program(on: data, script: "chat") {
            try $0.register(Note.self, name: "Room")
        } _: { roost, store in
            let rooms = try roost.objects(of: Note.self)
            for name in names { try await rooms.get(name).write("text of \(name)") }
            let logs = ClassKey(script: "chat", name: "Log")
            await withCheckedContinuation { continuation in
                for number in 1...Self.logs {
                    var bytes = [UInt8](repeating: 0, count: 32)
                    for place in 0..<4 { bytes[place] = UInt8(truncatingIfNeeded: number >> (8 * place)) }
                    guard let id = ObjectID(bytes: bytes) else { preconditionFailure("An id has 32 bytes.") }
                    let batch = Batch(
                        object: ObjectReference(classKey: logs, id: id),
                        name: "log:\(number)",
                        sequence: 1,
                        changes: [.put(.entries, key: [1], tag: .bytes, payload: bytes)]
                    )
                    store.commit(batch, lane: CommitLane()) { _ in
                        if number == Self.logs { continuation.resume() }
                    }
                }
            }
            return names.map { rooms.id(fromName: $0).description }
        }
    }
}
