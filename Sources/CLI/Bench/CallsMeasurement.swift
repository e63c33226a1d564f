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
    let perSecond: Double
    let commitsPerSecond: Double
    let batchSize: Double
    let latencies: Latencies

    static func run(folder: String, objects: Int, clients: Int, time: Duration) async throws -> CallsMeasurement {
        let store = try Store.open(directory: folder)
        let roost = Roost(store: store)
        try roost.register(BenchCounter.self)
        let counters = try roost.objects(of: BenchCounter.self)
        let stubs = try (0..<objects).map { try counters.get("object-\($0)") }
        try await each(client: clients) { client in
            for index in stride(from: client, to: objects, by: clients) { _ = try await stubs[index].increment() }
            return Latencies()
        }

        let before = store.statistics
        let clock = ContinuousClock()
        let start = clock.now
        let end = start + time
        let latencies = try await each(client: clients) { client in
            var latencies = Latencies()
            var index = client
            var now = clock.now
            while now < end {
                _ = try await stubs[index % objects].increment()
                let next = clock.now
                latencies.add(next - now)
                now = next
                // A stride that is coprime to most counts: callers spread over all objects, and meet.
                index += 7_919
            }
            return latencies
        }
        let elapsed = (clock.now - start) / .seconds(1)
        let after = store.statistics
        await roost.shutdown(limit: .seconds(10))
        store.close()
        let commits = Double(after.commits - before.commits)
        return CallsMeasurement(
            perSecond: Double(latencies.count) / elapsed,
            commitsPerSecond: commits / elapsed,
            batchSize: Double(after.batches - before.batches) / max(1, commits),
            latencies: latencies
        )
    }

    @discardableResult
    private static func each(
        client count: Int,
        _ body: @escaping @Sendable (Int) async throws -> Latencies
    ) async throws -> Latencies {
        try await withThrowingTaskGroup(of: Latencies.self) { group in
            for client in 0..<count { group.addTask { try await body(client) } }
            var all = Latencies()
            for try await latencies in group { all.merge(latencies) }
            return all
        }
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
