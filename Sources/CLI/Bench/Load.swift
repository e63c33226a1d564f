/// So many callers that call one object after the other, each as soon as its last call has ended.
struct Load: Sendable {
    let seconds: Double
    let latencies: Latencies

    var perSecond: Double { Double(latencies.count) / seconds }

    /// Calls for a while.
    ///
    /// - Parameter call: Calls the object with this number, below `objects`.
    static func run(
        objects: Int,
        clients: Int,
        time: Duration,
        _ call: @escaping @Sendable (Int) async throws -> Void
    ) async throws -> Load {
        let clock = ContinuousClock()
        let start = clock.now
        let end = start + time
        let latencies = try await each(client: clients) { client in
            var latencies = Latencies()
            var index = client
            var now = clock.now
            while now < end {
                try await call(index % objects)
                let next = clock.now
                latencies.add(next - now)
                now = next
                // A stride that is coprime to most counts: callers spread over all objects, and meet.
                index += 7_919
            }
            return latencies
        }
        return Load(seconds: (clock.now - start) / .seconds(1), latencies: latencies)
    }

    /// Calls every object once.
    static func once(
        objects: Int,
        clients: Int,
        _ call: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        _ = try await each(client: clients) { client in
            for index in stride(from: client, to: objects, by: clients) { try await call(index) }
            return Latencies()
        }
    }

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
