import FoundationEssentials
import Glibc

/// What the system says of a process's memory.
enum ProcessMemory {
    static var ownProcess: Int32 { getpid() }

    /// What a process holds in memory that is not a file's, in bytes.
    static func resident(of process: Int32) -> Int {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8) else { return 0 }
        let line = text.split(separator: "\n").first { $0.hasPrefix("RssAnon:") } ?? ""
        return (line.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.first ?? 0) << 10
    }

    /// A pipe would otherwise keep a line until its buffer is full.
    static func flush() { fflush(nil) }
}
