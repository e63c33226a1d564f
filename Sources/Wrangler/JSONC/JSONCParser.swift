/// Reads JSON with comments and trailing commas, and keeps where everything stands.
///
/// Guarantee: any bytes give either a value or one ``SyntaxProblem``; nothing traps, and the work grows with the length
/// of the text alone.
///
/// Limits: ``WranglerLimits/depth``, ``WranglerLimits/values`` and ``WranglerLimits/numberBytes``. Of two members
/// with one name the last counts, as everywhere; the first is reported in ``duplicates``.
struct JSONCParser {
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0
    private var values = 0

    /// The offsets and names of members that are overridden by a later one.
    private(set) var duplicates: [(offset: Int, key: String)] = []

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// Reads the one value of the text.
    mutating func parse() throws(SyntaxProblem) -> LocatedValue {
        let value = try readValue()
        try skipBlank()
        guard position == bytes.count else { throw unexpected("the end of the file") }
        return value
    }

    // MARK: Values

    private mutating func readValue() throws(SyntaxProblem) -> LocatedValue {
        try skipBlank()
        values += 1
        guard values <= WranglerLimits.values else {
            throw SyntaxProblem("The file has more than \(WranglerLimits.values) values.", at: position)
        }
        let start = position
        guard let byte = peek() else { throw unexpected("a value") }
        switch byte {
        case UInt8(ascii: "{"): return LocatedValue(.object(try readObject()), at: start)
        case UInt8(ascii: "["): return LocatedValue(.array(try readArray()), at: start)
        case UInt8(ascii: "\""): return LocatedValue(.string(try readString()), at: start)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return LocatedValue(try readNumber(), at: start)
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
            return LocatedValue(try readWord(), at: start)
        default: throw unexpected("a value")
        }
    }

    private mutating func readObject() throws(SyntaxProblem) -> [LocatedValue.Member] {
        try enter()
        var members: [LocatedValue.Member] = []
        var places: [String: Int] = [:]
        while true {
            try skipBlank()
            if take(UInt8(ascii: "}")) { break }
            guard peek() == UInt8(ascii: "\"") else { throw unexpected("a name in double quotes, or }") }
            let keyOffset = position
            let key = try readString()
            try skipBlank()
            guard take(UInt8(ascii: ":")) else { throw unexpected("a colon") }
            let member = LocatedValue.Member(key: key, keyOffset: keyOffset, value: try readValue())
            if let place = places[key] {
                duplicates.append((members[place].keyOffset, key))
                members[place] = member
            } else {
                places[key] = members.count
                members.append(member)
            }
            try skipBlank()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "}")) else { throw unexpected("a comma or }") }
            break
        }
        depth -= 1
        return members
    }

    private mutating func readArray() throws(SyntaxProblem) -> [LocatedValue] {
        try enter()
        var elements: [LocatedValue] = []
        while true {
            try skipBlank()
            if take(UInt8(ascii: "]")) { break }
            elements.append(try readValue())
            try skipBlank()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "]")) else { throw unexpected("a comma or ]") }
            break
        }
        depth -= 1
        return elements
    }

    /// Steps over an opening bracket.
    private mutating func enter() throws(SyntaxProblem) {
        depth += 1
        guard depth <= WranglerLimits.depth else {
            throw SyntaxProblem("Values lie more than \(WranglerLimits.depth) deep inside each other.", at: position)
        }
        position += 1
    }

    private mutating func readWord() throws(SyntaxProblem) -> LocatedValue.Kind {
        let start = position
        while let byte = peek(), Self.isLetter(byte) { position += 1 }
        switch String(decoding: bytes[start..<position], as: UTF8.self) {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "null": return .null
        default:
            position = start
            throw unexpected("a value")
        }
    }

    private mutating func readNumber() throws(SyntaxProblem) -> LocatedValue.Kind {
        let start = position
        var isWhole = true
        _ = take(UInt8(ascii: "-"))
        let firstDigit = position
        guard skipDigits() else { throw unexpected("a digit") }
        guard bytes[firstDigit] != UInt8(ascii: "0") || position == firstDigit + 1 else {
            throw SyntaxProblem("A number must not begin with a zero.", at: firstDigit)
        }
        if take(UInt8(ascii: ".")) {
            isWhole = false
            guard skipDigits() else { throw unexpected("a digit") }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard skipDigits() else { throw unexpected("a digit") }
        }
        guard position - start <= WranglerLimits.numberBytes else {
            throw SyntaxProblem("A number has at most \(WranglerLimits.numberBytes) characters.", at: start)
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let value = Int(text) { return .integer(value) }
        return .number(Double(text) ?? .nan)
    }

    private mutating func skipDigits() -> Bool {
        let start = position
        while let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        return position > start
    }

    // MARK: Strings

    private mutating func readString() throws(SyntaxProblem) -> String {
        let start = position
        position += 1
        var text: [UInt8] = []
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                try readEscape(into: &text)
            case 0..<0x20:
                throw SyntaxProblem("A string ends on the line it begins on; write a line break as \\n.", at: position)
            default:
                text.append(byte)
                position += 1
            }
        }
        throw SyntaxProblem("This string has no end.", at: start)
    }

    private mutating func readEscape(into text: inout [UInt8]) throws(SyntaxProblem) {
        let start = position
        position += 1
        guard let byte = peek() else { throw SyntaxProblem("This string has no end.", at: start) }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text += String(try readUnicode(from: start)).utf8
        default: throw SyntaxProblem("This is not an escape sequence of JSON.", at: start)
        }
    }

    /// Reads one character of one or two `\u` sequences; half a pair becomes the replacement character.
    private mutating func readUnicode(from start: Int) throws(SyntaxProblem) -> Unicode.Scalar {
        let first = try readHex(from: start)
        if let scalar = Unicode.Scalar(first) { return scalar }
        let isLeading = (0xD800...0xDBFF).contains(first)
        guard isLeading, peek() == UInt8(ascii: "\\"), peek(1) == UInt8(ascii: "u") else { return "\u{FFFD}" }
        let rest = position
        position += 2
        let second = try readHex(from: rest)
        guard (0xDC00...0xDFFF).contains(second) else {
            position = rest
            return "\u{FFFD}"
        }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func readHex(from start: Int) throws(SyntaxProblem) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw SyntaxProblem("\\u is followed by four hexadecimal digits.", at: start)
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    // MARK: Between values

    private mutating func skipBlank() throws(SyntaxProblem) {
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): position += 1
            case UInt8(ascii: "/"): try skipComment()
            default: return
            }
        }
    }

    private mutating func skipComment() throws(SyntaxProblem) {
        let start = position
        switch peek(1) {
        case UInt8(ascii: "/"):
            while let byte = peek(), byte != UInt8(ascii: "\n") { position += 1 }
        case UInt8(ascii: "*"):
            position += 2
            while !(peek() == UInt8(ascii: "*") && peek(1) == UInt8(ascii: "/")) {
                guard position < bytes.count else { throw SyntaxProblem("This comment has no end.", at: start) }
                position += 1
            }
            position += 2
        default: throw unexpected("a value, or a comment")
        }
    }

    private func peek(_ ahead: Int = 0) -> UInt8? {
        position + ahead < bytes.count ? bytes[position + ahead] : nil
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        position += 1
        return true
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    private func unexpected(_ wanted: String) -> SyntaxProblem {
        guard position < bytes.count else {
            return SyntaxProblem("The file ends where \(wanted) is expected.", at: position)
        }
        return SyntaxProblem("Expected \(wanted) here.", at: position)
    }
}
