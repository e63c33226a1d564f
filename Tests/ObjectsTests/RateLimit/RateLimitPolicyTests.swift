import FoundationEssentials
import RoostObjects
import Testing

struct RateLimitPolicyTests {
    @Test func `a number out of range is named`() {
        #expect(throws: RateLimitPolicyError.self) {
            try SlidingWindowPolicy(limit: 0, windowSeconds: 60, burst: 1, burstWindowSeconds: 1)
        }
        do throws(RateLimitPolicyError) {
            _ = try SlidingWindowPolicy(limit: 1, windowSeconds: 60, burst: 1, burstWindowSeconds: 61)
            Issue.record("A burst window longer than the window was accepted.")
        } catch {
            #expect(error.field == "burstWindowSeconds")
            #expect(error.description == "burstWindowSeconds must be between 1 and 60.")
        }
    }

    @Test(arguments: [0, -1, .nan, .infinity])
    func `a bucket that would never fill is refused`(rate: Double) {
        #expect(throws: RateLimitPolicyError.self) { try TokenBucketPolicy(capacity: 1, refillPerSecond: rate) }
    }

    @Test func `decoding checks the numbers too`() {
        let data = Data(#"{"capacity":0,"refillPerSecond":1}"#.utf8)
        #expect(throws: (any Error).self) { try JSONDecoder().decode(TokenBucketPolicy.self, from: data) }
    }

    @Test func `the standard policy is sixty a minute and twenty in ten seconds`() throws {
        let policy = try SlidingWindowPolicy(limit: 60, windowSeconds: 60, burst: 20, burstWindowSeconds: 10)
        #expect(policy == .standard)
    }
}
