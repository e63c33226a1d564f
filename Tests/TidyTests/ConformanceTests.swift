import FoundationEssentials
import Testing

/// What `docs/conformance.md` says is true as far as names go: every test that it names exists.
struct ConformanceTests {
    @Test func `every test that the table of conformance names exists`() throws {
        let tests = try Self.testNames()
        var cited = 0
        for (number, line) in try Self.lines().enumerated() where line.hasPrefix("* ✓") {
            let names = Self.citedNames(line)
            if names.isEmpty { Issue.record("docs/conformance.md:\(number + 1): no test is named.") }
            cited += names.count
            for name in names where !tests.contains(name) {
                Issue.record("docs/conformance.md:\(number + 1): there is no test `\(name)`.")
            }
        }
        #expect(cited > 100)
    }

    @Test func `the table of conformance counts its lines`() throws {
        let lines = try Self.lines()
        let counted = ["* ✓", "* ✗", "* not applicable", "* …"].map { mark in
            lines.count { $0.hasPrefix(mark + " ") || $0.hasPrefix(mark + ",") }
        }
        #expect(lines.contains("| " + counted.map(String.init).joined(separator: " | ") + " |"), "\(counted)")
    }

    /// The names behind the arrow.
    private static func citedNames(_ line: String) -> [String] {
        let sides = line.split(separator: " ⇒ ")
        guard sides.count > 1, let tests = sides.last else { return [] }
        let parts = tests.split(separator: "`", omittingEmptySubsequences: false)
        return parts.enumerated().compactMap { $0.offset % 2 == 1 ? String($0.element) : nil }
    }

    private static func lines() throws -> [String] {
        try String(contentsOfFile: root + "/docs/conformance.md", encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private static func testNames() throws -> Set<String> {
        var names: Set<String> = []
        var folders = [root + "/Tests"]
        while let folder = folders.popLast() {
            for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
                let path = folder + "/" + name
                if name.hasSuffix(".swift") {
                    let text = try String(contentsOfFile: path, encoding: .utf8)
                    for part in text.split(separator: "func `", omittingEmptySubsequences: false).dropFirst() {
                        if let name = part.split(separator: "`", maxSplits: 1).first { names.insert(String(name)) }
                    }
                } else if !name.contains(".") {
                    folders.append(path)
                }
            }
        }
        return names
    }

    private static var root: String {
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    }
}
