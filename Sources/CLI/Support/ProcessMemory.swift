import FoundationEssentials

/// What a process holds in memory that is not a file's.
///
/// The pages of the store's map are left out: they are the system's cache, and go when somebody else needs the room.
enum ProcessMemory {
    /// Of this process.
    static var bytes: Int { bytes(of: "self") }

    static var mebibytes: Double { Double(bytes) / 1_048_576 }

    /// Of the process with this number.
    static func bytes(of process: some StringProtocol) -> Int {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8) else { return 0 }
        let line = text.split(separator: "\n").first { $0.hasPrefix("RssAnon:") } ?? ""
        return (line.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.first ?? 0) << 10
    }
}
