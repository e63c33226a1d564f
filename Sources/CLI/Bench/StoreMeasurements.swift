import FoundationEssentials
import Glibc
import RoostObjects
import RoostRuntime
import RoostStorage

/// A runtime of the benchmark, on a directory of its own.
struct BenchRuntime {
    let store: Store
    let roost: Roost

    init(folder: String, idleTime: Duration = .seconds(3_600)) throws {
        store = try Store.open(directory: folder)
        var configuration = RoostConfiguration()
        configuration.idleTime = idleTime
        configuration.liveInstancesMax = 2_000_000
        roost = Roost(store: store, configuration: configuration)
        try roost.register(BenchKeys.self)
        try roost.register(BenchNotes.self)
    }

    func end() async {
        await roost.shutdown(limit: .seconds(10))
        store.close()
    }
}

/// Durable changes by many callers.
enum WriteMeasurement {
    static func put(folder: String, objects: Int, clients: [Int], time: Duration) async throws -> [Load] {
        let runtime = try BenchRuntime(folder: folder)
        let keys = try runtime.roost.objects(of: BenchKeys.self)
        let stubs = try (0..<objects).map { try keys.get("object-\($0)") }
        let loads = try await loads(objects, clients, time) { try await stubs[$0].put(1) }
        await runtime.end()
        return loads
    }

    static func insert(folder: String, objects: Int, clients: [Int], time: Duration) async throws -> [Load] {
        let runtime = try BenchRuntime(folder: folder)
        let notes = try runtime.roost.objects(of: BenchNotes.self)
        let stubs = try (0..<objects).map { try notes.get("object-\($0)") }
        let loads = try await loads(objects, clients, time) { try await stubs[$0].insert() }
        await runtime.end()
        return loads
    }

    private static func loads(
        _ objects: Int,
        _ clients: [Int],
        _ time: Duration,
        _ call: @escaping @Sendable (Int) async throws -> Void
    ) async throws -> [Load] {
        try await Load.once(objects: objects, clients: clients.max() ?? 1, call)
        var loads: [Load] = []
        for count in clients {
            loads.append(try await Load.run(objects: objects, clients: count, time: time, call))
        }
        return loads
    }
}

/// The same data again and again: what the file takes after a third of the time, and at the end.
struct OverwriteMeasurement {
    let before: Double
    let after: Double
    let puts: Double

    static func run(folder: String, objects: Int, time: Duration) async throws -> OverwriteMeasurement {
        let runtime = try BenchRuntime(folder: folder)
        let keys = try runtime.roost.objects(of: BenchKeys.self)
        let notes = try runtime.roost.objects(of: BenchNotes.self)
        let call: @Sendable (Int) async throws -> Void = { index in
            try await keys.get("object-\(index)").put(UInt8(truncatingIfNeeded: index))
            try await notes.get("object-\(index % 100)").overwrite()
        }
        let first = try await Load.run(objects: objects, clients: 64, time: time / 3, call)
        let before = allocatedBytes(of: folder + "/roost.mdb")
        let second = try await Load.run(objects: objects, clients: 64, time: time * 2 / 3, call)
        let after = allocatedBytes(of: folder + "/roost.mdb")
        await runtime.end()
        return OverwriteMeasurement(
            before: Double(before),
            after: Double(after),
            puts: Double(first.latencies.count + second.latencies.count)
        )
    }
}

/// Reads inside one object, in microseconds each.
struct ReadMeasurement {
    let get: Double
    let scan: Double
    let point: Double
    let range: Double

    static func run(folder: String) async throws -> ReadMeasurement {
        let runtime = try BenchRuntime(folder: folder)
        let keys = try runtime.roost.objects(of: BenchKeys.self).get("a")
        try await keys.fill()
        let notes = try runtime.roost.objects(of: BenchNotes.self).get("a")
        try await notes.fill()
        let result = ReadMeasurement(
            get: try await keys.readTime(runs: 200_000),
            scan: try await keys.scanTime(runs: 500),
            point: try await notes.time(of: BenchDatabase.point, runs: 100_000),
            range: try await notes.time(of: BenchDatabase.range, runs: 5_000)
        )
        await runtime.end()
        return result
    }
}

/// Calls to sleeping objects: from the call to the answer.
enum WakeMeasurement {
    static func run(folder: String, objects: Int) async throws -> (keys: Latencies, sql: Latencies) {
        let first = try BenchRuntime(folder: folder)
        let keys = try first.roost.objects(of: BenchKeys.self)
        let notes = try first.roost.objects(of: BenchNotes.self)
        try await Load.once(objects: objects, clients: 256) { index in
            try await keys.get("object-\(index)").put(1)
            for _ in 0..<20 { try await notes.get("object-\(index)").insert() }
        }
        await first.end()
        // After a restart all of them sleep.
        let second = try BenchRuntime(folder: folder)
        let keysAgain = try second.roost.objects(of: BenchKeys.self)
        let notesAgain = try second.roost.objects(of: BenchNotes.self)
        let keyTimes = try await latencies(objects) { _ = try await keysAgain.get("object-\($0)").read() }
        let noteTimes = try await latencies(objects) { _ = try await notesAgain.get("object-\($0)").read() }
        await second.end()
        return (keyTimes, noteTimes)
    }

    private static func latencies(
        _ objects: Int,
        _ call: @escaping @Sendable (Int) async throws -> Void
    ) async throws -> Latencies {
        // In a task of its own: on the main actor every call would change threads, twice.
        try await Task.detached {
            let clock = ContinuousClock()
            var latencies = Latencies()
            for index in 0..<objects {
                let start = clock.now
                try await call(index)
                latencies.add(clock.now - start)
            }
            return latencies
        }.value
    }
}

/// Very many objects: making them, and starting again on them.
struct MillionMeasurement {
    let createSeconds: Double
    let bytesEach: Double
    let ready: ReadyCommand.Result

    static func run(folder: String, objects: Int) async throws -> MillionMeasurement {
        let clock = ContinuousClock()
        // They fall asleep soon, as objects do that nobody needs.
        let runtime = try BenchRuntime(folder: folder, idleTime: .milliseconds(200))
        let keys = try runtime.roost.objects(of: BenchKeys.self)
        let start = clock.now
        try await Load.once(objects: objects, clients: 1_024) { try await keys.get(name($0)).put(1) }
        let createSeconds = (clock.now - start) / .seconds(1)
        await runtime.end()
        return MillionMeasurement(
            createSeconds: createSeconds,
            bytesEach: Double(allocatedBytes(of: folder + "/roost.mdb")) / Double(objects),
            ready: try ReadyCommand.inAnotherProcess(folder: folder, object: name(objects / 2))
        )
    }

    private static func name(_ index: Int) -> String { "tenant:object-\(index)" }
}

/// What a chat of twenty messages takes on the disk.
enum ChatSizeMeasurement {
    static let messages = 20

    static func ours(folder: String, chats: Int) async throws -> Double {
        let store = try Store.open(directory: folder)
        let roost = Roost(store: store)
        try roost.register(ChatSession.self)
        let sessions = try roost.objects(of: ChatSession.self)
        let policy = SessionPolicy.standard
        let caller = SessionCaller.user("ann")
        try await Load.once(objects: chats, clients: 64) { index in
            let session = try sessions.get("tenant:\(index)")
            for number in 0..<messages {
                let role: ChatMessageRole = number % 2 == 0 ? .user : .assistant
                _ = try await session.append(
                    NewChatMessage(role: role, content: text(number)),
                    caller: caller,
                    policy: policy,
                    creating: true,
                    contextLimit: 0
                )
            }
        }
        await roost.shutdown(limit: .seconds(10))
        store.close()
        return Double(allocatedBytes(of: folder + "/roost.mdb")) / Double(chats)
    }

    /// The same messages in a SQLite file per chat, without its log.
    static func files(folder: String) throws -> Double {
        guard mkdir(folder, 0o700) == 0 else { throw NativeDatabase.Failure(message: "cannot make the folder") }
        let rows = (0..<messages).map { "INSERT INTO messages (role, content) VALUES ('user', '\(text($0))');" }
        let path = folder + "/chat.sqlite"
        do {
            let work = NativeDatabase.Work(
                setUp: "CREATE TABLE messages (id INTEGER PRIMARY KEY, role TEXT, content TEXT); \(rows.joined())",
                statement: "PRAGMA wal_checkpoint(TRUNCATE)"
            )
            try NativeDatabase(path, work: work).step()
        }
        return Double(allocatedBytes(of: path))
    }

    private static func text(_ number: Int) -> String {
        String(repeating: "Twenty-five letters here. ", count: 2 + number % 5)
    }
}

/// What a file really takes: a sparse one takes less than it is long.
private func allocatedBytes(of path: String) -> Int {
    var status = stat()
    guard stat(path, &status) == 0 else { return 0 }
    return Int(status.st_blocks) * 512
}
