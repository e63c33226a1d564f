import RoostWrangler
import Testing

@testable import RoostWrangler

/// JSON with comments and trailing commas, and where everything stands.
struct JSONCParserTests {
    private static func parse(_ text: String) throws -> LocatedValue {
        var parser = JSONCParser(Array(text.utf8))
        return try parser.parse()
    }

    @Test(arguments: [
        ("{}", "{}"), ("[]", "[]"), (" null ", "null"), ("true", "true"), ("false", "false"), ("0", "0"), ("-0", "0"),
        ("-12", "-12"), ("1.50", "1.5"), ("1e3", "1000"), ("1E-2", "0.01"),
        ("9223372036854775807", "9223372036854775807"),
        ("92233720368547758070", "9.223372036854776e+19"), ("1e999", "null"), (#""a""#, #""a""#),
        (#"{"b":1,"a":[true,{}],}"#, #"{"b":1,"a":[true,{}]}"#), ("[1,2,]", "[1,2]"),
        ("/* a */ [ // b\n 1 ] // c", "[1]"),
        ("\u{FEFF}[1]", "[1]"), (#"{"a":1,"a":2}"#, #"{"a":2}"#), (#""\"\\\/\b\f\n\r\t""#, #""\"\\/\b\f\n\r\t""#),
        (#""\u00e9\ud83d\ude00""#, "\"é😀\""), (#""\ud83dx\ude00\ud83d\u0041""#, "\"\u{FFFD}x\u{FFFD}\u{FFFD}A\""),
        (#""\u0001""#, #""\u0001""#), ("\"ä\u{7F}\"", "\"ä\u{7F}\""),
    ])
    func `values are read and written as JavaScript writes them`(text: String, json: String) throws {
        #expect(try Self.parse(text).json == json)
    }

    @Test(arguments: [
        ("", 0, "The file ends where a value is expected."),
        ("{", 1, "The file ends where a name in double quotes, or } is expected."),
        ("{a:1}", 1, "Expected a name in double quotes, or } here."),
        ("{,}", 1, "Expected a name in double quotes, or } here."),
        (#"{"a" 1}"#, 5, "Expected a colon here."), (#"{"a":1 "b":2}"#, 7, "Expected a comma or } here."),
        ("[1 2]", 3, "Expected a comma or ] here."), ("[,]", 1, "Expected a value here."),
        ("[1,,]", 3, "Expected a value here."),
        ("nul", 0, "Expected a value here."), ("NaN", 0, "Expected a value here."),
        ("'a'", 0, "Expected a value here."),
        ("01", 0, "A number must not begin with a zero."), ("1.", 2, "The file ends where a digit is expected."),
        ("1e+", 3, "The file ends where a digit is expected."), ("-", 1, "The file ends where a digit is expected."),
        ("+1", 0, "Expected a value here."), ("\"a", 0, "This string has no end."),
        ("\"a\\", 2, "This string has no end."),
        ("\"a\nb\"", 2, "A string ends on the line it begins on; write a line break as \\n."),
        (#""\x""#, 1, "This is not an escape sequence of JSON."),
        (#""\u12g4""#, 1, "\\u is followed by four hexadecimal digits."),
        ("/* a", 0, "This comment has no end."), ("/ a", 0, "Expected a value, or a comment here."),
        ("1 2", 2, "Expected the end of the file here."), ("{} }", 3, "Expected the end of the file here."),
    ])
    func `mistakes are told with their place`(text: String, offset: Int, message: String) throws {
        let problem = #expect(throws: SyntaxProblem.self) { try Self.parse(text) }
        #expect(problem?.message == message)
        #expect(problem?.offset == offset)
    }

    @Test func `every value and key knows where it stands`() throws {
        let text = "{\n  // ä comment\n  \"a\": [1, {\"b\": true}],\n}"
        let value = try Self.parse(text)
        let source = SourceText(text, fileName: "f")
        let list = try #require(value["a"])
        #expect("\(source.location(list.offset))" == "f:3:8")
        #expect("\(source.location(try #require(value.members?.first).keyOffset))" == "f:3:3")
        let inner = try #require(list.elements?.last?["b"])
        #expect("\(source.location(inner.offset))" == "f:3:18")
    }

    @Test func `a member that is overridden is reported`() throws {
        var parser = JSONCParser(Array(#"{"a":1,"b":2,"a":3}"#.utf8))
        #expect(try parser.parse().members?.map(\.key) == ["a", "b"])
        #expect(parser.duplicates.map(\.offset) == [1])
    }

    @Test func `depth, number of values and length of numbers have limits`() {
        let most =
            String(repeating: "[", count: WranglerLimits.depth) + String(repeating: "]", count: WranglerLimits.depth)
        #expect(throws: Never.self) { try Self.parse(most) }
        let deep = #expect(throws: SyntaxProblem.self) { try Self.parse("[" + most + "]") }
        #expect(deep?.message == "Values lie more than \(WranglerLimits.depth) deep inside each other.")
        let open = #expect(throws: SyntaxProblem.self) { try Self.parse(String(repeating: "{\"a\":", count: 500_000)) }
        #expect(open?.offset == WranglerLimits.depth * 5)
        let many = "[" + String(repeating: "1,", count: WranglerLimits.values) + "]"
        let full = #expect(throws: SyntaxProblem.self) { try Self.parse(many) }
        #expect(full?.message == "The file has more than \(WranglerLimits.values) values.")
        let long = #expect(throws: SyntaxProblem.self) { try Self.parse(String(repeating: "9", count: 10_000)) }
        #expect(long?.message == "A number has at most \(WranglerLimits.numberBytes) characters.")
    }

    @Test func `a very long value is shown in part`() throws {
        let value = try Self.parse("[" + String(repeating: "\"0123456789\",", count: 1_000) + "]")
        #expect(value.json.count == WranglerLimits.shownCharacters + 1)
    }
}
