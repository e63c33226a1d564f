import FoundationEssentials
import RoostTesting

/// What simulations came to, as a table for people or as JSON for programs.
struct SimulationTable {
    private struct Row: Encodable {
        let scenario: String
        let seeds: Int
        let steps: Int
        let stepsPerSecond: Int
        let calls: Int
        let failedCalls: Int
        let commits: Int
        let crashes: Int
        let evictions: Int
        let injected: [String: Int]
        let seen: [String: Int]
        let digest: String
    }

    private let asJSON: Bool
    private var rows: [Row] = []

    init(asJSON: Bool) {
        self.asJSON = asJSON
        if !asJSON {
            print(
                Self.line(["scenario", "seeds", "steps", "steps/s", "calls", "failed", "commits", "crashes", "asleep"])
            )
        }
    }

    mutating func add(_ report: SimulationReport, seconds: Double) {
        let row = Row(
            scenario: report.scenario,
            seeds: report.seeds,
            steps: report.steps,
            stepsPerSecond: Int(Double(report.steps) / max(seconds, 0.000_001)),
            calls: report.counts.calls,
            failedCalls: report.counts.failedCalls,
            commits: report.counts.commits,
            crashes: report.counts.crashes,
            evictions: report.counts.evictions,
            injected: report.injected,
            seen: report.seen,
            digest: String(report.digest, radix: 16)
        )
        rows.append(row)
        if asJSON {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            if let line = try? encoder.encode(row) { print(String(decoding: line, as: UTF8.self)) }
        } else {
            let numbers = [
                row.seeds, row.steps, row.stepsPerSecond, row.calls, row.failedCalls, row.commits, row.crashes,
                row.evictions,
            ]
            print(Self.line([row.scenario] + numbers.map(String.init)))
        }
    }

    /// The faults of all scenarios together.
    func finish() {
        guard !asJSON else { return }
        print("\n" + Self.line(["fault", "injected", "seen"]))
        let standard = StandardFaults.all.map(\.name)
        let others = Set(rows.flatMap(\.injected.keys)).subtracting(standard).sorted()
        for fault in standard + others {
            let injected = rows.reduce(0) { $0 + ($1.injected[fault] ?? 0) }
            let seen = rows.reduce(0) { $0 + ($1.seen[fault] ?? 0) }
            print(Self.line([fault, String(injected), String(seen)]))
        }
    }

    private static func line(_ cells: [String]) -> String {
        cells.enumerated().map { index, cell in
            let width = index == 0 ? 22 : 10
            let space = String(repeating: " ", count: max(0, width - cell.count))
            return index == 0 ? cell + space : space + cell
        }.joined(separator: " ")
    }
}
