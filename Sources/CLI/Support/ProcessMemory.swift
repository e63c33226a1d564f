import FoundationEssentials

/// What this process holds in memory that is not a file's.
///
/// The pages of the store's map are left out: they are the system's cache, and go when somebody else needs the room.
enum ProcessMemory {
    static var bytes: Int { field("RssAnon:") }

    private static func field(_ name: String) -> Int {
        guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return 0 }
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
        return (line.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.first ?? 0) << 10
    }

    static var mebibytes: Double { Double(bytes) / 1_048_576 }
}
