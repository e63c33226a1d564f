import RoostObjects
import RoostRuntime
import RoostStorage
import RoostTesting
import Testing

struct RateLimiterTests {
    private static func start() throws -> RoostTest {
        try RoostTest { try $0.register(RateLimiter.self) }
    }

    private static func limiter(_ test: RoostTest, _ tenant: String = "acme", _ key: String = "ip:1") throws
        -> RateLimiter
    {
        try test.objects(of: RateLimiter.self).tenant(TenantID(tenant)).get(key)
    }

    private static func window(_ limit: Int) throws -> RateLimitPolicy {
        .slidingWindow(
            try SlidingWindowPolicy(limit: limit, windowSeconds: 60, burst: limit, burstWindowSeconds: 60)
        )
    }

    private static func bucket(_ capacity: Int) throws -> RateLimitPolicy {
        .tokenBucket(try TokenBucketPolicy(capacity: capacity, refillPerSecond: 1))
    }

    @Test func `a limit survives a crash`() async throws {
        let test = try Self.start()
        let policy = try Self.window(2)
        #expect(try await Self.limiter(test).check(policy, cost: 1).allowed)
        #expect(try await Self.limiter(test).check(policy, cost: 1).allowed)
        try test.crash()
        #expect(try await Self.limiter(test).check(policy, cost: 1).allowed == false)
    }

    @Test func `what cannot be read is said, and a reset helps`() async throws {
        let test = try RoostTest {
            try $0.register(Scribbler.self, name: "RateLimiter")
        }
        try await test.objects(of: Scribbler.self).tenant(TenantID("acme")).get("ip:1").scribble()
        test.store.close()
        let policy = try Self.window(2)
        let next = try RoostTest(disk: test.disk) { try $0.register(RateLimiter.self) }
        let limiter = try Self.limiter(next)
        await #expect(throws: RateLimiterError.unreadableState) { try await limiter.check(policy, cost: 1) }
        await #expect(throws: RateLimiterError.unreadableState) { try await limiter.usage(policy) }
        try await limiter.reset()
        #expect(try await limiter.check(policy, cost: 1).allowed)
    }

    @Test func `time comes from the runtime's clock`() async throws {
        let test = try Self.start()
        let policy = try Self.window(1)
        let limiter = try Self.limiter(test)
        _ = try await limiter.check(policy, cost: 1)
        test.clock.advance(by: .seconds(59))
        #expect(try await limiter.check(policy, cost: 1).allowed == false)
        test.clock.advance(by: .seconds(1))
        #expect(try await limiter.check(policy, cost: 1).allowed)
    }

    @Test func `of many simultaneous requests exactly as many as the limit pass`() async throws {
        let test = try Self.start()
        let policy = try Self.window(10)
        let limiter = try Self.limiter(test)
        let allowed = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 { group.addTask { try await limiter.check(policy, cost: 1).allowed } }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(allowed == 10)
    }

    @Test func `two tenants with the same key do not share a limit`() async throws {
        let test = try Self.start()
        let policy = try Self.window(1)
        #expect(try await Self.limiter(test, "acme").check(policy, cost: 1).allowed)
        #expect(try await Self.limiter(test, "beta").check(policy, cost: 1).allowed)
        #expect(try await Self.limiter(test, "acme").check(policy, cost: 1).allowed == false)
    }

    @Test func `usage takes nothing and an unused limiter stores nothing`() async throws {
        let test = try Self.start()
        let limiter = try Self.limiter(test)
        #expect(try await limiter.usage(Self.window(3)).remaining == 3)
        #expect(try await limiter.usage(Self.window(3)).remaining == 3)
        let ids = try test.objects(of: RateLimiter.self).tenant(TenantID("acme")).ids(limit: 10)
        #expect(ids.isEmpty)
    }

    @Test func `reset forgets what was used`() async throws {
        let test = try Self.start()
        let limiter = try Self.limiter(test)
        _ = try await limiter.check(Self.window(1), cost: 1)
        try await limiter.reset()
        #expect(try await limiter.check(Self.window(1), cost: 1).allowed)
    }

    @Test func `a higher limit frees the difference and no more`() async throws {
        let test = try Self.start()
        let limiter = try Self.limiter(test)
        _ = try await limiter.check(Self.window(2), cost: 2)
        #expect(try await limiter.check(Self.window(2), cost: 1).allowed == false)
        #expect(try await limiter.check(Self.window(3), cost: 1).allowed)
        #expect(try await limiter.check(Self.window(3), cost: 1).allowed == false)
    }

    @Test func `what was used stays used when the algorithm changes`() async throws {
        let test = try Self.start()
        let limiter = try Self.limiter(test)
        _ = try await limiter.check(Self.window(5), cost: 4)
        #expect(try await limiter.usage(Self.bucket(5)).remaining == 1)
        _ = try await limiter.check(Self.bucket(5), cost: 1)
        #expect(try await limiter.check(Self.window(5), cost: 1).allowed == false)
    }

    @Test(arguments: [0, -1]) func `a cost below one is refused with its reason`(cost: Int) async throws {
        let test = try Self.start()
        await #expect(throws: RateLimiterError.invalidCost(cost)) {
            try await Self.limiter(test).check(Self.window(1), cost: cost)
        }
    }

    @Test func `a check that could not be stored took nothing`() async throws {
        let test = try Self.start()
        let policy = try Self.window(1)
        test.disk.failCommits(1)
        await #expect(throws: RoostError.self) { try await Self.limiter(test).check(policy, cost: 1) }
        #expect(try await Self.limiter(test).check(policy, cost: 1).allowed)
    }
}

/// Leaves something where a limiter keeps its state.
distributed actor Scribbler: DurableObject {
    private let storage: ObjectStorage

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
    }

    distributed func scribble() throws { try storage.putBytes("state", [9, 9, 9]) }
}
