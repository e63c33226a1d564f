import FoundationEssentials
import RoostWrangler
import Testing

/// Every configuration of `wrangler-compat/fixtures` against what is expected of it.
///
/// To add a case, write the configuration, run the tests with `ROOST_RECORD_FIXTURES=1`, and read what was written
/// beside it before you commit both.
struct CompatTests {
    private static let isRecording = ProcessInfo.processInfo.environment["ROOST_RECORD_FIXTURES"] != nil

    @Test(arguments: CompatFolder.cases)
    func `a configuration gives what is expected`(test: CompatFolder.Case) throws {
        let outcome = try CompatOutcome(test)
        let base = "\(CompatFolder.fixtures)/\(test.expected).expected"
        let path = "\(base).\(outcome.ending)"
        guard let expected = CompatFolder.text(path), !expected.isEmpty else {
            if Self.isRecording { try outcome.text.write(toFile: path, atomically: true, encoding: .utf8) }
            Issue.record("There is no \(test.expected).expected.\(outcome.ending). It would be:\n\(outcome.text)")
            return
        }
        #expect(outcome.text == expected)
        let other = outcome.ending == "json" ? "txt" : "json"
        #expect(CompatFolder.text("\(base).\(other)") == nil, "There are two expectations.")
    }

    @Test func `there are enough cases, and no expectation without one`() {
        let cases = CompatFolder.cases
        #expect(cases.count >= 25)
        let known = Set(cases.map(\.expected))
        for name in CompatFolder.names(in: CompatFolder.fixtures) where name.contains(".expected.") {
            #expect(known.contains(String(name.prefix { $0 != "." })), "\(name)")
        }
    }
}
