import RoostRuntime
import Testing

@testable import RoostObjects

struct TokenBucketTests {
    private static func at(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: 1_000_000 + milliseconds) }

    private static func bucket(_ capacity: Int, _ refill: Double) throws -> TokenBucket {
        TokenBucket(policy: try TokenBucketPolicy(capacity: capacity, refillPerSecond: refill), now: at(0))
    }

    @Test func `a full bucket lets its capacity pass at once`() throws {
        var bucket = try Self.bucket(3, 1)
        for remaining in [2, 1, 0] { #expect(bucket.check(now: Self.at(0)).remaining == remaining) }
        let refused = bucket.check(now: Self.at(0))
        #expect(!refused.allowed)
        #expect(refused.retryAfter == .seconds(1))
        #expect(refused.resetAt == Self.at(1_000))
    }

    @Test func `fractions of a token are kept`() throws {
        var bucket = try Self.bucket(1, 0.1)
        #expect(bucket.check(now: Self.at(0)).allowed)
        // Asked every millisecond: sums of floating-point numbers would come out a little below one.
        for millisecond in 1..<10_000 { #expect(!bucket.check(now: Self.at(Int64(millisecond))).allowed) }
        #expect(bucket.check(now: Self.at(10_000)).allowed)
    }

    @Test(arguments: [0.3, 0.7, 1, 1.1, 3, 9.99])
    func `the moment a refusal promises is the moment the token is there`(rate: Double) throws {
        var bucket = try Self.bucket(1, rate)
        _ = bucket.check(now: Self.at(0))
        let wait = try #require(bucket.check(now: Self.at(1)).retryAfter).wholeMilliseconds
        #expect(!bucket.usage(now: Self.at(1 + wait - 1)).allowed)
        #expect(bucket.check(now: Self.at(1 + wait)).allowed)
    }

    @Test func `a clock that steps back adds nothing and takes nothing away`() throws {
        var bucket = try Self.bucket(2, 1)
        _ = bucket.check(now: Self.at(0))
        #expect(bucket.usage(now: Self.at(-900_000)).remaining == 1)
        _ = bucket.check(now: Self.at(-900_000))
        #expect(!bucket.check(now: Self.at(-899_500)).allowed)
        #expect(bucket.check(now: Self.at(-899_000)).allowed)
    }

    @Test func `a bucket never holds more than its capacity, however long it slept`() throws {
        var bucket = try Self.bucket(5, 10_000)
        _ = bucket.check(cost: 5, now: Self.at(0))
        #expect(bucket.usage(now: Timestamp(milliseconds: .max / 2)).remaining == 5)
    }

    @Test func `a cost above the capacity can never pass and names no time`() throws {
        var bucket = try Self.bucket(2, 1)
        let decision = bucket.check(cost: 3, now: Self.at(0))
        #expect(!decision.allowed)
        #expect(decision.retryAfter == nil)
        #expect(decision.remaining == 2)
    }

    @Test func `other numbers keep the level as far as it fits`() throws {
        var bucket = try Self.bucket(10, 1)
        _ = bucket.check(cost: 4, now: Self.at(0))
        bucket.adopt(try TokenBucketPolicy(capacity: 3, refillPerSecond: 2), now: Self.at(0))
        #expect(bucket.usage(now: Self.at(0)).remaining == 3)
        #expect(bucket.usage(now: Self.at(0)).limit == 3)
    }
}
