/// What has happened in a world, line by line.
///
/// The digest covers every line; of the lines only the last ``linesMax`` are kept.
struct SimulationTrace: Sendable {
    static let linesMax = 2_000

    private(set) var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    private(set) var count = 0
    private var kept: [(step: Int, time: Duration, line: String)] = []

    mutating func add(_ step: Int, _ time: Duration, _ line: String) {
        count += 1
        for byte in line.utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3 }
        digest = (digest ^ UInt64(truncatingIfNeeded: step)) &* 0x100_0000_01b3
        if kept.count == 2 * Self.linesMax { kept.removeFirst(Self.linesMax) }
        kept.append((step, time, line))
    }

    /// The last lines, each with the step and the virtual time at which it was written.
    func lines(last: Int = linesMax) -> [String] {
        kept.suffix(min(last, Self.linesMax)).map { entry in
            let milliseconds = entry.time / .milliseconds(1)
            return "\(pad("\(entry.step)", 7)) \(pad("\(Int(milliseconds)) ms", 12))  \(entry.line)"
        }
    }

    private func pad(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }
}
