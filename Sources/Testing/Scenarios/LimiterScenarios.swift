import RoostObjects
import RoostRuntime
package import RoostTesting

extension Scenarios {
    /// An exact window: never more than the limit in any window, whatever crashes.
    package static let slidingWindow = limiter(
        "limiter-window",
        "Clients take from a sliding window; no window ever holds more than its limit, and no refusal is unfounded."
    ) {
        .slidingWindow(try SlidingWindowPolicy(limit: 6, windowSeconds: 10, burst: 3, burstWindowSeconds: 1))
    } build: { world in
        [
            WindowLimit(world, most: 6, in: .seconds(10)),
            WindowLimit(world, most: 3, in: .seconds(1)),
        ]
    }

    /// A bucket: never more than it held and gained.
    package static let tokenBucket = limiter(
        "limiter-bucket",
        "Clients take from a token bucket; no stretch of time ever takes more than the bucket held and gained."
    ) {
        .tokenBucket(try TokenBucketPolicy(capacity: 4, refillPerSecond: 0.5))
    } build: { world in
        [BucketLimit(world, capacity: 4, perSecond: 0.5)]
    }

    private static func limiter(
        _ name: String,
        _ summary: String,
        policy: @escaping @Sendable () throws -> RateLimitPolicy,
        build: @escaping @Sendable (Simulation) -> [any LimitChecker]
    ) -> SimulationScenario {
        var scenario = SimulationScenario(name, summary) {
            try $0.register(RateLimiter.self)
        } build: { world in
            let checkers = build(world)
            let takings = Takings()
            world.check(TakingsChecker(takings, checkers))
            for number in 1...3 {
                world.client("client \(number)") { client in
                    let policy = try policy()
                    for round in 1...8 {
                        await take(policy, "\(number)-\(round)", client, takings)
                        if client.random.oneIn(2) { await client.pause(.milliseconds(client.random.draw(1...3_000))) }
                    }
                }
            }
        }
        // The windows are windows of civil time.
        scenario.faults = StandardFaults.all.filter { $0.name != StandardFaults.ClockStep().name }
        return scenario
    }

    private static func take(
        _ policy: RateLimitPolicy,
        _ label: String,
        _ client: SimulationClient,
        _ takings: Takings
    ) async {
        let clock = client.world.clock
        let place = takings.begin(clock.elapsed)
        _ = try? await client.attempt("take \(label)") {
            let decision = try await client.object(RateLimiter.self, "t:k").check(policy, cost: 1)
            takings.end(place, decision.allowed, clock.elapsed)
            return decision.allowed
        }
    }
}
