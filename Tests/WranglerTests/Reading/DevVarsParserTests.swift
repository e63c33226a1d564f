import RoostRuntime
import Testing

@testable import RoostWrangler

/// `.dev.vars`.
struct DevVarsParserTests {
    private static func parse(_ text: String) -> DevVarsParser {
        var parser = DevVarsParser(Array(text.utf8))
        parser.parse()
        return parser
    }

    @Test(arguments: [
        ("A=1", "A", "1"), ("  export A = b c  # note", "A", "b c"), ("A=", "A", ""),
        ("A=\"x\\ny\\\"\\q\"", "A", "x\ny\"\\q"),
        ("A='x\\n'", "A", "x\\n"), ("A=`it's \"x\"`", "A", "it's \"x\""), ("A=\"two\nlines\" # c", "A", "two\nlines"),
        ("A=a#b", "A", "a#b"), ("A=#c", "A", ""), ("\u{FEFF}A.b-c=é\r\n", "A.b-c", "é"), ("# c\n\n\tA=1\r\n", "A", "1"),
    ])
    func `a line gives a variable`(text: String, name: String, value: String) {
        let parser = Self.parse(text)
        #expect(parser.entries.map(\.name) == [name])
        #expect(parser.entries.map(\.value) == [value])
        #expect(parser.problems.isEmpty)
    }

    @Test func `a line that is none is told, and the others are read`() {
        let parser = Self.parse("nonsense\nA=1\n=2\nB=\"open\nC=3")
        #expect(parser.entries.map(\.name) == ["A", "C"])
        #expect(
            parser.problems.map(\.message) == [
                "Expected NAME=value here.", "Expected NAME=value here.", "The quotes of B are not closed.",
            ]
        )
    }

    @Test func `there are only so many values in a file`() {
        let lines = String(repeating: "A=1\n", count: WranglerLimits.values)
        let full = Self.parse(lines)
        #expect(full.entries.count == WranglerLimits.values)
        #expect(full.problems.isEmpty)
        let overfull = Self.parse(lines + "# and\nB=1\nC=1")
        #expect(overfull.entries.count == WranglerLimits.values)
        #expect(overfull.problems.map(\.message) == ["The file has more than 10000 values."])
    }

    @Test func `variables of the machine take precedence and are known as secrets`() throws {
        let configuration = try WranglerConfiguration.read(
            "name = 'a'\nvars = { A = 1, B = 2 }",
            fileName: "wrangler.toml",
            variables: ("B=two\nC=three", ".dev.vars")
        )
        #expect(configuration.script.variables == ["A": .integer(1), "B": .string("two"), "C": .string("three")])
        #expect(configuration.script.secretNames == ["B", "C"])
    }

    @Test func `mistakes in variables stop the reading and name their file`() {
        let error = #expect(throws: WranglerError.self) {
            try WranglerConfiguration.read(
                #"{ "name": "a", "kv_namespaces": [{ "binding": "KV", "id": "1" }] }"#,
                fileName: "wrangler.json",
                variables: ("x y\nKV=1", ".dev.vars")
            )
        }
        let lines = error?.findings.filter { $0.severity == .error }.map(\.description)
        #expect(
            lines == [
                ".dev.vars:1:1: error: Expected NAME=value here.",
                ".dev.vars:2:1: error: KV assigned to Environment Variable and KV Namespace bindings.",
            ]
        )
    }
}
