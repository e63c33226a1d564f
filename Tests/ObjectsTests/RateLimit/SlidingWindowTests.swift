import RoostRuntime
import Testing

@testable import RoostObjects

struct SlidingWindowTests {
    private static func at(_ seconds: Double) -> Timestamp { Timestamp(milliseconds: Int64(seconds * 1000)) }

    private static func window(
        limit: Int = 4,
        seconds: Int = 60,
        burst: Int = 4,
        burstSeconds: Int = 10
    ) throws -> SlidingWindow {
        SlidingWindow(
            policy: try SlidingWindowPolicy(
                limit: limit,
                windowSeconds: seconds,
                burst: burst,
                burstWindowSeconds: burstSeconds
            )
        )
    }

    @Test func `as many requests as the limit pass, and the next one is refused`() throws {
        var window = try Self.window()
        for remaining in [3, 2, 1, 0] {
            let decision = window.check(now: Self.at(100))
            #expect(decision.allowed)
            #expect(decision.remaining == remaining)
            #expect(decision.limit == 4)
        }
        #expect(!window.check(now: Self.at(100)).allowed)
    }

    @Test func `a slot frees exactly one window after it was taken`() throws {
        var window = try Self.window(limit: 1, burst: 1)
        #expect(window.check(now: Self.at(100)).allowed)
        let refused = window.check(now: Self.at(100.5))
        #expect(!refused.allowed)
        #expect(refused.resetAt == Self.at(160))
        #expect(refused.retryAfter == .milliseconds(59_500))
        #expect(!window.check(now: Timestamp(milliseconds: 159_999)).allowed)
        #expect(window.check(now: Self.at(160)).allowed)
    }

    @Test func `reset is when the next slot frees, not when all are free`() throws {
        var window = try Self.window(limit: 3, burst: 3, burstSeconds: 60)
        _ = window.check(now: Self.at(0))
        _ = window.check(now: Self.at(20))
        let third = window.check(now: Self.at(40))
        #expect(third.resetAt == Self.at(60))
        #expect(window.usage(now: Self.at(61)).remaining == 1)
        #expect(window.usage(now: Self.at(61)).resetAt == Self.at(80))
    }

    @Test func `the burst window refuses what the long one would allow`() throws {
        var window = try Self.window(limit: 10, burst: 2)
        #expect(window.check(now: Self.at(0)).allowed)
        #expect(window.check(now: Self.at(1)).allowed)
        let refused = window.check(now: Self.at(2))
        #expect(!refused.allowed)
        #expect(refused.remaining == 0)
        #expect(refused.retryAfter == .seconds(8))
        #expect(window.check(now: Self.at(10)).allowed)
        #expect(window.usage(now: Self.at(10)).remaining == 0)
    }

    @Test func `a refused request uses up neither window`() throws {
        var window = try Self.window(limit: 2, burst: 1)
        _ = window.check(now: Self.at(0))
        for second in 1..<10 { #expect(!window.check(now: Self.at(Double(second))).allowed) }
        #expect(window.check(now: Self.at(10)).allowed)
        #expect(window.log.count == 2)
    }

    @Test func `the border between two fixed windows lets nothing through twice`() throws {
        var window = try Self.window(limit: 4, burst: 4, burstSeconds: 60)
        for _ in 0..<4 { #expect(window.check(now: Self.at(59)).allowed) }
        for _ in 0..<4 { #expect(!window.check(now: Self.at(61)).allowed) }
    }

    @Test func `a cost takes that many slots, all or none`() throws {
        var window = try Self.window()
        #expect(window.check(cost: 3, now: Self.at(0)).remaining == 1)
        let refused = window.check(cost: 2, now: Self.at(1))
        #expect(!refused.allowed)
        #expect(refused.remaining == 1)
        #expect(refused.retryAfter == .seconds(59))
    }

    @Test func `a cost above the limit can never pass and names no time`() throws {
        var window = try Self.window()
        let decision = window.check(cost: 5, now: Self.at(0))
        #expect(!decision.allowed)
        #expect(decision.retryAfter == nil)
        #expect(decision.remaining == 4)
    }

    @Test func `an unused window resets now`() throws {
        #expect(try Self.window().usage(now: Self.at(7)).resetAt == Self.at(7))
    }

    @Test func `usage takes nothing`() throws {
        let window = try Self.window()
        #expect(window.usage(now: Self.at(0)) == window.usage(now: Self.at(0)))
        #expect(window.log.isEmpty)
    }

    @Test func `a clock that steps back neither frees slots nor locks the client out`() throws {
        var window = try Self.window(limit: 2, burst: 2)
        _ = window.check(now: Self.at(10_000))
        _ = window.check(now: Self.at(10_000))
        #expect(!window.check(now: Self.at(10)).allowed)
        // Had the entries stayed in the future, the client would wait for hours.
        #expect(window.usage(now: Self.at(71)).remaining == 2)
    }

    @Test func `requests of one millisecond share an entry`() throws {
        var window = try Self.window(limit: 1_000, burst: 1_000)
        for _ in 0..<1_000 { _ = window.check(now: Self.at(1)) }
        #expect(window.log.count == 1)
    }

    @Test func `the log never holds more entries than the limit`() throws {
        var window = try Self.window(limit: 5, burst: 5)
        for millisecond in 0..<500 { _ = window.check(now: Timestamp(milliseconds: Int64(millisecond) * 1_000)) }
        #expect(window.log.count <= 5)
    }

    @Test func `it agrees with counting every request by hand`() throws {
        let random = SeededRandomSource(seed: 7)
        var window = try Self.window(limit: 6, seconds: 20, burst: 3, burstSeconds: 5)
        var allowed: [Int64] = []
        var now: Int64 = 1_000_000
        for _ in 0..<5_000 {
            now += Int64(random.next() % 2_500)
            let long = allowed.count { $0 + 20_000 > now }
            let short = allowed.count { $0 + 5_000 > now }
            let decision = window.check(now: Timestamp(milliseconds: now))
            #expect(decision.allowed == (long < 6 && short < 3))
            if decision.allowed {
                allowed.append(now)
            } else {
                let wait = try #require(decision.retryAfter)
                let before = Timestamp(milliseconds: now + wait.wholeMilliseconds - 1)
                #expect(window.usage(now: before).allowed == false)
                #expect(window.usage(now: before + .milliseconds(1)).allowed)
            }
        }
    }
}
