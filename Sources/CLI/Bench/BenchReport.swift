import FoundationEssentials

/// The rows of a benchmark, as a table for people or as JSON for programs.
struct BenchReport {
    private struct Row: Encodable {
        let name: String
        let unit: String
        let ours: Double
        let baseline: Double?
        let ratio: Double?
        let baselineName: String?
    }

    private var rows: [Row] = []

    mutating func add(
        _ name: String,
        _ unit: String,
        ours: Double,
        baseline: Double? = nil,
        _ baselineName: String? = nil
    ) {
        let ratio = baseline.flatMap { $0 > 0 ? ours / $0 : nil }
        rows.append(
            Row(
                name: name,
                unit: unit,
                ours: Self.rounded(ours),
                baseline: baseline.map(Self.rounded),
                ratio: ratio.map { ($0 * 100).rounded() / 100 },
                baselineName: baselineName
            )
        )
    }

    func write(asJSON: Bool) {
        if asJSON {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            for row in rows {
                if let line = try? encoder.encode(row) { print(String(decoding: line, as: UTF8.self)) }
            }
            return
        }
        print(Self.line(["name", "unit", "ours", "baseline", "ratio", "against"]))
        for row in rows {
            print(
                Self.line([
                    row.name, row.unit, Self.text(row.ours), row.baseline.map(Self.text) ?? "",
                    row.ratio.map { "\($0)" } ?? "", row.baselineName ?? "",
                ])
            )
        }
    }

    private static func line(_ cells: [String]) -> String {
        let widths = [22, 14, 12, 12, 8]
        return cells.enumerated().map { index, cell in
            index < widths.count ? cell.padded(to: widths[index]) : cell
        }.joined(separator: " ")
    }

    private static func text(_ value: Double) -> String { value >= 1_000 ? "\(Int(value))" : "\(value)" }

    private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
