import RoostRuntime

/// How a limiter's state is stored: bytes, because a limiter writes its whole state at every request it allows.
///
/// | bytes | what                                                                                       |
/// |-------|--------------------------------------------------------------------------------------------|
/// | 1     | version of this form, 1                                                                    |
/// | 1     | algorithm: 1 sliding window, 2 token bucket                                                |
/// | … | window: limit, seconds, burst, burst seconds, then for each entry the milliseconds since the one before it
/// (the first: since 1970) and its cost |
/// | … | bucket: capacity, the bits of the refill per second, level in billionths, last refill in milliseconds since
/// 1970 |
///
/// Numbers are unsigned and written in groups of seven bits, the lowest first; all but the last have the top bit set.
extension RateLimiterState {
    fileprivate static let version: UInt8 = 1
    private static let windowMark: UInt8 = 1
    private static let bucketMark: UInt8 = 2

    /// The state as bytes.
    var record: [UInt8] {
        var writer = NumberWriter()
        switch self {
        case .slidingWindow(let window):
            writer.begin(Self.windowMark, capacity: 24 + 4 * window.log.count)
            writer.append(window.policy.limit)
            writer.append(window.policy.windowSeconds)
            writer.append(window.policy.burst)
            writer.append(window.policy.burstWindowSeconds)
            var time: Int64 = 0
            for entry in window.log {
                writer.append(UInt64(bitPattern: entry.time &- time))
                writer.append(entry.cost)
                time = entry.time
            }
        case .tokenBucket(let bucket):
            writer.begin(Self.bucketMark, capacity: 40)
            writer.append(bucket.policy.capacity)
            writer.append(bucket.policy.refillPerSecond.bitPattern)
            writer.append(UInt64(bitPattern: bucket.level))
            writer.append(UInt64(bitPattern: bucket.updatedAt.milliseconds))
        }
        return writer.bytes
    }

    /// Reads a state, and checks it as strictly as if it had come from outside.
    init(record: [UInt8]) throws(RateLimiterError) {
        guard let state = Self.read(record) else { throw .unreadableState }
        self = state
    }

    private static func read(_ record: [UInt8]) -> RateLimiterState? {
        guard record.count > 2, record[0] == version else { return nil }
        var reader = NumberReader(bytes: record[2...])
        switch record[1] {
        case windowMark: return window(&reader).map(RateLimiterState.slidingWindow)
        case bucketMark: return bucket(&reader).map(RateLimiterState.tokenBucket)
        default: return nil
        }
    }

    private static func window(_ reader: inout NumberReader) -> SlidingWindow? {
        guard
            let limit = reader.int(), let seconds = reader.int(),
            let burst = reader.int(), let burstSeconds = reader.int(),
            let policy = try? SlidingWindowPolicy(
                limit: limit,
                windowSeconds: seconds,
                burst: burst,
                burstWindowSeconds: burstSeconds
            )
        else { return nil }
        var log: [SlidingWindow.Entry] = []
        var time: Int64 = 0
        while !reader.isAtEnd {
            guard let step = reader.next().map(Int64.init(bitPattern:)), let cost = reader.int() else { return nil }
            let (sum, overflow) = time.addingReportingOverflow(step)
            guard !overflow, cost > 0, log.isEmpty || step > 0 else { return nil }
            time = sum
            log.append(SlidingWindow.Entry(time: time, cost: cost))
        }
        return SlidingWindow(policy: policy, log: log)
    }

    private static func bucket(_ reader: inout NumberReader) -> TokenBucket? {
        guard
            let capacity = reader.int(), let rate = reader.next(),
            let level = reader.next(), let updatedAt = reader.next(), reader.isAtEnd,
            let policy = try? TokenBucketPolicy(capacity: capacity, refillPerSecond: Double(bitPattern: rate))
        else { return nil }
        return TokenBucket(
            policy: policy,
            level: Int64(bitPattern: level),
            updatedAt: Timestamp(milliseconds: Int64(bitPattern: updatedAt))
        )
    }
}

/// Appends numbers in groups of seven bits.
private struct NumberWriter {
    private(set) var bytes: [UInt8] = []

    mutating func begin(_ mark: UInt8, capacity: Int) {
        bytes.reserveCapacity(capacity)
        bytes.append(RateLimiterState.version)
        bytes.append(mark)
    }

    mutating func append(_ number: Int) { append(UInt64(bitPattern: Int64(number))) }

    mutating func append(_ number: UInt64) {
        var rest = number
        while rest > 0x7f {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

/// Reads them back; `nil` where there is none, or one that does not fit.
private struct NumberReader {
    private var bytes: ArraySlice<UInt8>

    init(bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    var isAtEnd: Bool { bytes.isEmpty }

    mutating func int() -> Int? { next().flatMap(Int.init(exactly:)) }

    mutating func next() -> UInt64? {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = bytes.popFirst() {
            let group = UInt64(byte & 0x7f)
            guard shift < 63 || group <= 1, shift < 70 else { return nil }
            number |= group << shift
            if byte < 0x80 { return number }
            shift += 7
        }
        return nil
    }
}
