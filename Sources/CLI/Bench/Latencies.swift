/// Latencies in microseconds, in buckets that grow by a twentieth: percentiles to about 5 %, in constant memory.
struct Latencies: Sendable {
    private static let growth = 1.05
    private static let bucketsCount = 400
    private static let bounds: [Double] = {
        var bounds: [Double] = []
        var bound = 0.1
        for _ in 0..<bucketsCount {
            bounds.append(bound)
            bound *= growth
        }
        return bounds
    }()

    private var counts = [Int](repeating: 0, count: bucketsCount)
    private(set) var count = 0

    mutating func add(_ duration: Duration) {
        let parts = duration.components
        let microseconds = Double(parts.seconds) * 1e6 + Double(parts.attoseconds) / 1e12
        var low = 0
        var high = Self.bucketsCount - 1
        while low < high {
            let middle = (low + high) / 2
            if Self.bounds[middle] < microseconds { low = middle + 1 } else { high = middle }
        }
        counts[low] += 1
        count += 1
    }

    mutating func merge(_ other: Latencies) {
        for index in counts.indices { counts[index] += other.counts[index] }
        count += other.count
    }

    func percentile(_ fraction: Double) -> Double {
        var left = Int((Double(count) * fraction).rounded(.up))
        for (index, bucket) in counts.enumerated() {
            left -= bucket
            if left <= 0 { return Self.bounds[index] }
        }
        return Self.bounds[Self.bucketsCount - 1]
    }
}
