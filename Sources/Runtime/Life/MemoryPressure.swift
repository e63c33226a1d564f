import Synchronization

/// Whether the process takes more memory than it should, so that idle objects must make room early.
///
/// Asking the system takes some microseconds, so it is asked when objects are put to sleep anyhow and once in many
/// starts: that many objects more than the limit allows may be awake.
///
/// Isolation: any thread.
final class MemoryPressure: Sendable {
    /// After how many starts of objects the system is asked.
    static let startsPerLook = 256

    private let gauge: any MemoryGauge
    private let bytesMax: Int?
    private let starts = Atomic<Int>(0)

    init(gauge: any MemoryGauge, bytesMax: Int?) {
        self.gauge = gauge
        self.bytesMax = bytesMax
    }

    /// Whether too much is taken.
    var isHigh: Bool {
        guard let bytesMax else { return false }
        return gauge.residentBytes > bytesMax
    }

    /// An object is about to be woken; true when it is time to look.
    func countsStart() -> Bool {
        guard bytesMax != nil else { return false }
        return starts.add(1, ordering: .relaxed).oldValue % Self.startsPerLook == 0
    }
}
