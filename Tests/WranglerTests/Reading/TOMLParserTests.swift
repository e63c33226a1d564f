import RoostRuntime
import Testing

@testable import RoostWrangler

/// TOML, and where everything stands.
struct TOMLParserTests {
    private static func read(_ text: String) throws -> LocatedValue {
        var parser = TOMLParser(Array(text.utf8))
        return try parser.parse()
    }

    private static func place(_ text: String, _ offset: Int) -> String {
        let location = SourceText(text, fileName: "f").location(offset)
        return "\(location.line):\(location.column)"
    }

    @Test(arguments: [
        ("", "{}"), ("b = 1\na = 2", #"{"b":1,"a":2}"#), ("a.b.c = 1\na.d = 2", #"{"a":{"b":{"c":1},"d":2}}"#),
        ("[z]\nx = 1\n[a]\ny = 2", #"{"z":{"x":1},"a":{"y":2}}"#),
        ("[[l]]\nx = 1\n[[l]]\nx = 2\n[l.sub]\ny = 3", #"{"l":[{"x":1},{"x":2,"sub":{"y":3}}]}"#),
        ("[[l]]\n[[l.m]]\nx = 1\n[[l.m]]\nx = 2", #"{"l":[{"m":[{"x":1},{"x":2}]}]}"#),
        ("a = [ 1, # c ]\n 2,\n [ 'x' ], { k = \"v\" } ]", #"{"a":[1,2,["x"],{"k":"v"}]}"#),
        ("\"q.k\" = 1\n'l k' = 2\n\"\\u00e9\" = 3", #"{"q.k":1,"l k":2,"é":3}"#),
        ("s = \"\"\"\na\\\n  b\"\"\"\nl = '''x'y'''", #"{"s":"ab","l":"x'y"}"#),
        ("s = \"\"\"a\"\"\"\"\"\nt = 1", #"{"s":"a\"\"","t":1}"#),
        ("d = 1979-05-27 07:32:00Z # c\nt = 07:32:00", #"{"d":"1979-05-27 07:32:00Z","t":"07:32:00"}"#),
        (
            "a = -0\nb = +1_0\nc = -0.0\nd = 0e0\ne = -1.5E+0_2\nf = 0xdead_BEEF",
            #"{"a":0,"b":10,"c":0,"d":0,"e":-150,"f":3735928559}"#
        ),
        ("a = -9223372036854775808", #"{"a":-9223372036854775808}"#), ("a = \"\\u0000\"", #"{"a":"\u0000"}"#),
        ("[a.b.c]\n[a]\nx = 1\n[a.b]\ny = 2", #"{"a":{"b":{"c":{},"y":2},"x":1}}"#),
        ("a.b.c = 1\n[a.b.d]\ne = 2", #"{"a":{"b":{"c":1,"d":{"e":2}}}}"#),
        (
            "h = 0xFF\no = 0o17\nb = 0b11\nu = 1_000\nf = 1.5\ni = inf",
            #"{"h":255,"o":15,"b":3,"u":1000,"f":1.5,"i":null}"#
        ),
        ("\u{FEFF}a = true\r\nb = false\r\n", #"{"a":true,"b":false}"#), ("a = {}\nb = []", #"{"a":{},"b":[]}"#),
        (
            "fruit.apple.smooth = true\n[other]\nx = { y.z = 1, w = [ { v = 2 } ] }",
            #"{"fruit":{"apple":{"smooth":true}},"other":{"x":{"y":{"z":1},"w":[{"v":2}]}}}"#
        ),
    ])
    func `documents are read in the order of the file`(text: String, json: String) throws {
        #expect(try Self.read(text).json == json)
    }

    @Test func `keys, values and elements know where they stand`() throws {
        let text = """
            # ü
            name = "x"
            [a.b]
            c = { d = [1,
              "é", 3] }

            [[l]]
            [[l]]
            k.m = 5
            """
        let root = try Self.read(text)
        let name = try #require(root.members?.first)
        #expect(Self.place(text, name.keyOffset) == "2:1")
        #expect(Self.place(text, name.value.offset) == "2:8")
        let table = try #require(root["a"]?["b"])
        #expect(Self.place(text, table.offset) == "3:1")
        let list = try #require(table["c"]?["d"]?.elements)
        #expect(list.map { Self.place(text, $0.offset) } == ["4:12", "5:3", "5:8"])
        let tables = try #require(root["l"]?.elements)
        #expect(tables.map { Self.place(text, $0.offset) } == ["7:1", "8:1"])
        let inner = try #require(tables.last?["k"]?.members?.first)
        #expect(Self.place(text, inner.keyOffset) == "9:3")
        #expect(Self.place(text, inner.value.offset) == "9:7")
    }

    @Test(arguments: [
        ("a = 1\nb = ", "2:5", "The file ends where a value is expected."),
        ("a = 1\na = 2", "2:1", "a is defined already."),
        ("[a]\n[a]", "2:2", "a is defined already."), ("ä = 1", "1:1", "Expected a key here."),
        ("a = [1,,]", "1:8", "Expected a value here."), ("[]", "1:2", "Expected a key here."),
        ("a = [1", "1:7", "The file ends where a comma or ] is expected."), ("= 1", "1:1", "Expected a key here."),
        ("a", "1:2", "The file ends where = is expected."),
        ("a = 1 b = 2", "1:7", "Expected the end of the line here."),
        ("[a\nb = 1", "1:3", "Expected ] here."), ("[[a]\n", "1:5", "Expected ]] here."),
        ("a.b = 1\na.b.c = 2", "2:3", "b is defined already; a dotted key cannot add to it."),
        ("a = 1\n[a.b]", "2:2", "a has a value already and cannot have members."),
        ("a = {}\n[a]", "2:2", "a is defined already."), ("a.b = 1\n[a]", "2:2", "a is defined already."),
        ("[a.b.c]\n[a]\nb.x = 1", "3:1", "b is defined already; a dotted key cannot add to it."),
        ("a = []\n[[a]]", "2:3", "a is defined already, and not by [[…]]."),
        ("[[a]]\n[a]", "2:2", "a is defined already."),
        ("a = { b = 1\n}", "1:12", "Expected a comma or } here."), ("a = { b = 1, }", "1:14", "Expected a key here."),
        ("a = \"b", "1:5", "This string has no end."),
        ("a = \"b\n\"", "1:7", "The line ends inside a string on one line."),
        ("a = '''b''", "1:5", "This string has no end."),
        ("a = \"\\q\"", "1:6", "This is not an escape sequence of TOML; in single quotes a \\ means itself."),
        ("a = \"\\uD800\"", "1:6", "There is no character of this number."),
        ("a = \"\\u12\"", "1:6", "4 hexadecimal digits are expected here."),
        ("a = \"\u{1}\"", "1:6", "A control character cannot stand in a string on one line."),
        ("# \0", "1:3", "A control character cannot stand in a comment."),
        ("a = 01", "1:5", "This is no value; texts stand in quotes."),
        ("a = text", "1:5", "This is no value; texts stand in quotes."),
        ("a = 99999999999999999999", "1:5", "This number does not fit into 64 bits."),
        ("a = é", "1:5", "Expected a value here."),
        ("a = 2025-02-30", "1:5", "This is no value; texts stand in quotes."),
        ("a = \"\"\"b\"\"\"\"\"\"", "1:9", "There are too many quotes."),
        ("\"\"\"a\"\"\" = 1", "1:3", "Expected = here."),
    ])
    func `mistakes are told with their place`(text: String, place: String, message: String) throws {
        let problem = try #require(#expect(throws: SyntaxProblem.self) { try Self.read(text) })
        #expect(problem.message == message)
        #expect(Self.place(text, problem.offset) == place)
    }

    @Test(arguments: [
        "1979-05-27", "1979-05-27T07:32:00", "1979-05-27t07:32:00z", "1979-05-27 07:32:00.999+01:30", "07:32:00",
        "23:59:60.1",
        "2024-02-29", "2000-02-29T00:00:00Z",
    ])
    func `dates and times are kept as they are written`(text: String) throws {
        guard case .date(let date) = try Self.read("a = \(text) # c")["a"]?.kind else {
            Issue.record("This is a date.")
            return
        }
        #expect(date == text)
    }

    @Test(arguments: [
        "1979-5-27", "2023-02-29", "1900-02-29", "1979-13-01", "1979-05-00", "24:00:00", "07:60:00", "07:32",
        "07:32:00.",
        "1979-05-27T", "1979-05-27T07:32:00+24:00", "1979-05-27T07:32:00+1:00", "07:32:00Z", "+1979-05-27", "0x", "0xG",
        "0x_1", "+0x1", "0b2", "0o8", "1_", "_1", "1.", ".5", "1._5", "1.5_", "1e", "1e_5", "1.e5", "--1", "+-1", "Inf",
        "+",
        "-", "True", "1 2", "00", "-01", "03.14", "1.2.3", "1e5.5", "1__0",
    ])
    func `these are no values`(text: String) {
        #expect(throws: SyntaxProblem.self) { try Self.read("a = \(text)") }
    }

    @Test func `depth and number of values have limits`() {
        let deep = [
            "a = " + String(repeating: "[", count: 100_000), "a = " + String(repeating: "{a=", count: 100_000),
            String(repeating: "a.", count: 100_000) + "a = 1", "[" + String(repeating: "a.", count: 100_000) + "a]",
        ]
        for text in deep {
            let problem = #expect(throws: SyntaxProblem.self) { try Self.read(text) }
            #expect(problem?.message == "Values lie more than \(WranglerLimits.depth) deep inside each other.")
        }
        let many = "a = [" + String(repeating: "1,", count: WranglerLimits.values) + "]"
        let problem = #expect(throws: SyntaxProblem.self) { try Self.read(many) }
        #expect(problem?.message == "The file has more than \(WranglerLimits.values) values.")
    }
}
