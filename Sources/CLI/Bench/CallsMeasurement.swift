import RoostRuntime
import RoostStorage

/// What is called in the benchmark.
distributed actor BenchCounter: DurableObject {
    private let storage: ObjectStorage

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
    }

    /// One durable change of one key.
    distributed func increment() throws -> Int {
        let value = (try storage.get("value", as: Int.self) ?? 0) + 1
        try storage.put("value", value)
        return value
    }

    /// Nothing: what remains is the cost of the call.
    distributed func nothing() -> Int { 1 }
}

/// Durable calls by many callers over many objects, in one process.
struct CallsMeasurement {
    let load: Load
    let commitsPerSecond: Double
    let batchSize: Double

    static func run(folder: String, objects: Int, clients: Int, time: Duration) async throws -> CallsMeasurement {
        let store = try Store.open(directory: folder)
        let roost = Roost(store: store)
        try roost.register(BenchCounter.self)
        let counters = try roost.objects(of: BenchCounter.self)
        let stubs = try (0..<objects).map { try counters.get("object-\($0)") }
        let call: @Sendable (Int) async throws -> Void = { _ = try await stubs[$0].increment() }
        try await Load.once(objects: objects, clients: clients, call)
        let before = store.statistics
        let load = try await Load.run(objects: objects, clients: clients, time: time, call)
        let after = store.statistics
        await roost.shutdown(limit: .seconds(10))
        store.close()
        let commits = Double(after.commits - before.commits)
        return CallsMeasurement(
            load: load,
            commitsPerSecond: commits / load.seconds,
            batchSize: Double(after.batches - before.batches) / max(1, commits)
        )
    }
}

/// What a call through a stub costs when it changes nothing, against a call to a plain actor.
struct StubMeasurement {
    let stub: Double
    let direct: Double

    private actor Plain {
        func nothing() -> Int { 1 }
    }

    private static let calls = 300_000

    static func run(folder: String) async throws -> StubMeasurement {
        let store = try Store.open(directory: folder)
        defer { store.close() }
        let roost = Roost(store: store)
        try roost.register(BenchCounter.self)
        let stub = try roost.objects(of: BenchCounter.self).get("a")
        let plain = Plain()
        // In a task of its own: on the main actor every call would change threads, twice.
        return try await Task.detached {
            _ = try await stub.nothing()
            let clock = ContinuousClock()
            let stubTime = try await clock.measure { for _ in 0..<calls { _ = try await stub.nothing() } }
            let directTime = await clock.measure { for _ in 0..<calls { _ = await plain.nothing() } }
            await roost.shutdown(limit: .seconds(1))
            return StubMeasurement(
                stub: stubTime / .microseconds(1) / Double(calls),
                direct: directTime / .microseconds(1) / Double(calls)
            )
        }.value
    }
}
