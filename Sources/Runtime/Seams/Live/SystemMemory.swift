import Glibc

/// The memory of this process, as the system counts it.
///
/// The pages of the store's map are not counted: they are the system's cache.
public struct SystemMemory: MemoryGauge {
    /// Creates a gauge.
    public init() {}

    /// The anonymous memory of the process; zero when the system does not tell.
    public var residentBytes: Int {
        // Pages: all, resident, of these with a file behind them.
        let fields = Self.numbers(in: "/proc/self/statm")
        guard fields.count > 2 else { return 0 }
        return max(0, fields[1] - fields[2]) * Int(getpagesize())
    }

    /// What the process may take: the limit of its control group, or what the machine has.
    public static var limitBytes: Int {
        let machine = sysconf(Int32(_SC_PHYS_PAGES)) * Int(getpagesize())
        let group = numbers(in: "/sys/fs/cgroup/memory.max").first ?? machine
        return min(machine, group)
    }

    /// The numbers at the beginning of a small file; none when it cannot be read.
    private static func numbers(in path: String) -> [Int] {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
        guard count > 0 else { return [] }
        let words = bytes[..<count].split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
        return words.compactMap { Int(String(decoding: $0, as: UTF8.self)) }
    }
}
