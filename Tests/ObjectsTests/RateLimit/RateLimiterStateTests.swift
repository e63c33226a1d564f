import RoostRuntime
import Testing

@testable import RoostObjects

struct RateLimiterStateTests {
    private static let start: Int64 = 1_767_225_600_000

    private static func window(entries: Int, limit: Int = 10_000) throws -> RateLimiterState {
        let policy = try SlidingWindowPolicy(
            limit: limit,
            windowSeconds: 86_400,
            burst: limit,
            burstWindowSeconds: 86_400
        )
        let log = (0..<entries).map { SlidingWindow.Entry(time: start + Int64($0) * 8_639, cost: 1 + $0 % 200) }
        return .slidingWindow(SlidingWindow(policy: policy, log: log))
    }

    private static func bucket(refill: Double = 0.5) throws -> RateLimiterState {
        var bucket = TokenBucket(
            policy: try TokenBucketPolicy(capacity: 9, refillPerSecond: refill),
            now: Timestamp(milliseconds: start)
        )
        _ = bucket.check(cost: 3, now: Timestamp(milliseconds: start + 7))
        return .tokenBucket(bucket)
    }

    @Test func `a state comes back from its record as it was`() throws {
        for state in [try Self.window(entries: 0), try Self.window(entries: 300), try Self.bucket()] {
            #expect(try RateLimiterState(record: state.record) == state)
        }
    }

    @Test func `a window before 1970 comes back as it was`() throws {
        let policy = SlidingWindowPolicy.standard
        let log = [SlidingWindow.Entry(time: -5, cost: 1), SlidingWindow.Entry(time: 5, cost: 2)]
        let state = RateLimiterState.slidingWindow(SlidingWindow(policy: policy, log: log))
        #expect(try RateLimiterState(record: state.record) == state)
    }

    @Test func `the largest log fits a value of the strictest profile`() throws {
        #expect(try Self.window(entries: 10_000).record.count < 131_072)
    }

    @Test func `a record that was cut off or changed is refused`() throws {
        for state in [try Self.window(entries: 3), try Self.bucket()] {
            let record = state.record
            for count in 0..<8 {
                #expect(throws: RateLimiterError.unreadableState) {
                    try RateLimiterState(record: Array(record[..<count]))
                }
            }
            for (place, value) in [(0, UInt8(2)), (1, 0), (1, 3)] {
                var changed = record
                changed[place] = value
                #expect(throws: RateLimiterError.unreadableState) { try RateLimiterState(record: changed) }
            }
        }
        // A bucket with more in it than it holds, and one with something behind it.
        let bucket = try Self.bucket().record
        #expect(throws: RateLimiterError.unreadableState) { try RateLimiterState(record: bucket + [0]) }
    }

    @Test(arguments: [[1, 1, 0x7f], [5, 0], [5], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 1]])
    func `a log that is out of order, without cost or too large is refused`(log: [UInt8]) throws {
        let head = try Self.window(entries: 0).record
        let first: [UInt8] = [9, 1]
        #expect(throws: RateLimiterError.unreadableState) {
            try RateLimiterState(record: head + first + (log == [1, 1, 0x7f] ? [0, 1] : log))
        }
    }
}
