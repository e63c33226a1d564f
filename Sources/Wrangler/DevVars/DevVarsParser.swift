/// Reads `.dev.vars`: lines of `NAME=value`, as dotenv files have them.
///
/// Values may stand in double quotes (with `\n` and the like, over several lines), in single quotes or backticks (as
/// they are, over several lines), or bare, up to a ` #`. `export` before a name is stepped over.
struct DevVarsParser {
    /// One variable and where its name stands.
    struct Entry {
        let name: String
        let value: String
        let offset: Int
    }

    private let bytes: [UInt8]
    private var position = 0
    private(set) var entries: [Entry] = []
    private(set) var problems: [SyntaxProblem] = []

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// Reads all lines; a line that is none does not stop the others.
    mutating func parse() {
        while position < bytes.count {
            skip { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == 0x0A || $0 == 0x0D }
            guard let byte = peek() else { return }
            if byte == UInt8(ascii: "#") {
                skipLine()
            } else if entries.count == WranglerLimits.values {
                problems.append(SyntaxProblem("The file has more than \(WranglerLimits.values) values.", at: position))
                return
            } else {
                parseLine()
            }
        }
    }

    private mutating func parseLine() {
        var start = position
        var name = takeName()
        if name == "export" {
            skipSpaces()
            start = position
            name = takeName()
        }
        skipSpaces()
        guard !name.isEmpty, peek() == UInt8(ascii: "=") else {
            problems.append(SyntaxProblem("Expected NAME=value here.", at: start))
            return skipLine()
        }
        position += 1
        skipSpaces()
        guard let value = takeValue() else {
            problems.append(SyntaxProblem("The quotes of \(name) are not closed.", at: start))
            return skipLine()
        }
        entries.append(Entry(name: name, value: value, offset: start))
    }

    private mutating func takeName() -> String {
        let start = position
        skip { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func takeValue() -> String? {
        switch peek() {
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): return takeQuoted()
        default:
            let start = position
            while let byte = peek(), byte != 0x0A {
                let isComment = byte == UInt8(ascii: "#") && (position == start || Self.isSpace(bytes[position - 1]))
                if isComment { break }
                position += 1
            }
            var end = position
            while end > start, Self.isSpace(bytes[end - 1]) { end -= 1 }
            let value = String(decoding: bytes[start..<end], as: UTF8.self)
            skipLine()
            return value
        }
    }

    private mutating func takeQuoted() -> String? {
        guard let quote = peek() else { return nil }
        var end = position + 1
        var value: [UInt8] = []
        while end < bytes.count, bytes[end] != quote {
            if bytes[end] == UInt8(ascii: "\\"), quote == UInt8(ascii: "\""), end + 1 < bytes.count {
                switch bytes[end + 1] {
                case UInt8(ascii: "n"): value.append(0x0A)
                case UInt8(ascii: "r"): value.append(0x0D)
                case UInt8(ascii: "t"): value.append(0x09)
                case UInt8(ascii: "\""), UInt8(ascii: "\\"): value.append(bytes[end + 1])
                default: value += bytes[end...(end + 1)]
                }
                end += 2
            } else {
                value.append(bytes[end])
                end += 1
            }
        }
        guard end < bytes.count else { return nil }
        position = end + 1
        skipLine()
        return String(decoding: value, as: UTF8.self)
    }

    // MARK: Stepping

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == 0x0D
    }

    private mutating func skip(while isSkipped: (UInt8) -> Bool) {
        while let byte = peek(), isSkipped(byte) { position += 1 }
    }

    private mutating func skipSpaces() { skip { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") } }

    private mutating func skipLine() {
        skip { $0 != 0x0A }
        if position < bytes.count { position += 1 }
    }

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }
}
