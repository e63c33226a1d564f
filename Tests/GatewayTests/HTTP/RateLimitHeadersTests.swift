import HTTPTypes
import RoostObjects
import RoostRuntime
import Testing

@testable import RoostGateway

struct RateLimitHeadersTests {
    private let now = Timestamp(milliseconds: 1_000_000)

    private func fields(_ decision: RateLimitDecision, bucket: Bool = false) throws -> HTTPFields {
        let policy: RateLimitPolicy =
            bucket
            ? .tokenBucket(try TokenBucketPolicy(capacity: 10, refillPerSecond: 3)) : .slidingWindow(.standard)
        var fields = HTTPFields()
        let header = HTTPField(name: .rateLimitPolicy, value: RateLimitHeaders.describe(policy))
        RateLimitHeaders.add(decision, policy: header, now: now, to: &fields)
        return fields
    }

    @Test func `what an application says of its own limit stays`() throws {
        var fields: HTTPFields = [.xRateLimitLimit: "7", .retryAfter: "3"]
        let refused = RateLimitDecision(
            allowed: false,
            limit: 60,
            remaining: 0,
            resetAt: Timestamp(milliseconds: 1_059_001),
            retryAfter: .seconds(59)
        )
        RateLimitHeaders.add(refused, policy: HTTPField(name: .rateLimitPolicy, value: ""), now: now, to: &fields)
        #expect(fields[.xRateLimitLimit] == "7")
        #expect(fields[.retryAfter] == "3")
        #expect(fields[.xRateLimitRemaining] == "0")
    }

    @Test func `an allowed request is told what is left`() throws {
        let decision = RateLimitDecision(
            allowed: true,
            limit: 60,
            remaining: 59,
            resetAt: Timestamp(milliseconds: 1_059_001)
        )
        let fields = try fields(decision)
        #expect(fields[.xRateLimitLimit] == "60")
        #expect(fields[.xRateLimitRemaining] == "59")
        #expect(fields[.xRateLimitReset] == "1060")
        #expect(fields[.rateLimit] == #""default";r=59;t=60"#)
        #expect(fields[.rateLimitPolicy] == #""default";q=60;w=60, "burst";q=20;w=10"#)
        #expect(fields[.retryAfter] == nil)
    }

    @Test(arguments: [(1, "1"), (1_000, "1"), (1_001, "2"), (59_999, "60")])
    func `a refused request is told to wait in whole seconds, at least one`(wait: Int, header: String) throws {
        let decision = RateLimitDecision(
            allowed: false,
            limit: 60,
            remaining: 0,
            resetAt: now + .milliseconds(wait),
            retryAfter: .milliseconds(wait)
        )
        #expect(try fields(decision)[.retryAfter] == header)
    }

    @Test func `a bucket's policy is its capacity and the time it takes to fill`() throws {
        let decision = RateLimitDecision(allowed: true, limit: 10, remaining: 9, resetAt: now)
        #expect(try fields(decision, bucket: true)[.rateLimitPolicy] == #""default";q=10;w=4"#)
    }
}
