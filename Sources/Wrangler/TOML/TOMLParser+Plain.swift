/// Numbers, dates, times, `true` and `false`.
extension TOMLParser {
    /// Reads a value that stands in no brackets or quotes.
    mutating func readPlain() throws(SyntaxProblem) -> LocatedValue.Kind {
        let start = position
        skipWord()
        guard position > start else { throw unexpected("a value") }
        guard position - start <= WranglerLimits.numberBytes else {
            throw SyntaxProblem("A number or date has at most \(WranglerLimits.numberBytes) characters.", at: start)
        }
        // A space may stand between a date and a time.
        if TOMLDate.isDate(bytes[start..<position]), peek() == UInt8(ascii: " "), peek(1).map(Self.isDigit) ?? false {
            position += 1
            skipWord()
        }
        let word = bytes[start..<min(position, start + WranglerLimits.numberBytes)]
        switch String(decoding: word, as: UTF8.self) {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "inf", "+inf": return .number(.infinity)
        case "-inf": return .number(-.infinity)
        case "nan", "+nan", "-nan": return .number(.nan)
        default: break
        }
        if let value = Self.integer(word) {
            guard let value else { throw SyntaxProblem("This number does not fit into 64 bits.", at: start) }
            return .integer(value)
        }
        if let value = Self.fraction(word) { return .number(value) }
        if TOMLDate.isValid(word) { return .date(String(decoding: word, as: UTF8.self)) }
        let isText = word.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        throw SyntaxProblem(isText ? "This is no value; texts stand in quotes." : "Expected a value here.", at: start)
    }

    private mutating func skipWord() {
        while let byte = peek() {
            switch byte {
            case 0...0x20, UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "#"),
                UInt8(ascii: "="), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "\""), UInt8(ascii: "'"):
                return
            default: position += 1
            }
        }
    }

    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// A whole number: nil when this is none, `.some(nil)` when it is too large.
    private static func integer(_ word: ArraySlice<UInt8>) -> Int?? {
        if word.first == UInt8(ascii: "0"), let kind = word.dropFirst().first {
            let radix =
                switch kind {
                case UInt8(ascii: "x"): 16
                case UInt8(ascii: "o"): 8
                case UInt8(ascii: "b"): 2
                default: 0
                }
            guard radix == 0 else {
                let digits = word.dropFirst(2)
                guard digits.first != UInt8(ascii: "+"), digits.first != UInt8(ascii: "-") else { return nil }
                guard let text = withoutUnderscores(digits), text.allSatisfy({ isDigit($0, radix) }) else { return nil }
                return .some(Int(String(decoding: text, as: UTF8.self), radix: radix))
            }
        }
        let digits = withoutSign(word)
        guard let text = withoutUnderscores(digits), text.allSatisfy(isDigit) else { return nil }
        guard text.count == 1 || text.first != UInt8(ascii: "0") else { return nil }
        let sign = word.first == UInt8(ascii: "-") ? "-" : ""
        return .some(Int(sign + String(decoding: text, as: UTF8.self)))
    }

    private static func fraction(_ word: ArraySlice<UInt8>) -> Double? {
        var rest = withoutSign(word)
        let whole = rest.prefix { isDigit($0) || $0 == UInt8(ascii: "_") }
        guard let digits = withoutUnderscores(whole), digits.count == 1 || digits.first != UInt8(ascii: "0") else {
            return nil
        }
        var text = digits
        rest = rest.dropFirst(whole.count)
        if rest.first == UInt8(ascii: ".") {
            let part = rest.dropFirst().prefix { isDigit($0) || $0 == UInt8(ascii: "_") }
            guard let digits = withoutUnderscores(part) else { return nil }
            text += [UInt8(ascii: ".")] + digits
            rest = rest.dropFirst(part.count + 1)
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            let part = withoutSign(rest.dropFirst())
            guard let digits = withoutUnderscores(part), digits.allSatisfy(isDigit) else { return nil }
            let isSmall = rest.dropFirst().first == UInt8(ascii: "-")
            text += Array((isSmall ? "e-" : "e").utf8) + digits
            rest = []
        }
        guard rest.isEmpty, let value = Double(String(decoding: text, as: UTF8.self)) else { return nil }
        return word.first == UInt8(ascii: "-") ? -value : value
    }

    private static func withoutSign(_ word: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        word.first == UInt8(ascii: "+") || word.first == UInt8(ascii: "-") ? word.dropFirst() : word
    }

    /// Digits without the underscores between them; nil when there are none, or an underscore stands elsewhere.
    private static func withoutUnderscores(_ word: ArraySlice<UInt8>) -> [UInt8]? {
        let underscore = UInt8(ascii: "_")
        guard let first = word.first, let last = word.last, first != underscore, last != underscore else { return nil }
        let isDoubled = zip(word, word.dropFirst()).contains { $0 == underscore && $1 == underscore }
        return isDoubled ? nil : word.filter { $0 != underscore }
    }

    private static func isDigit(_ byte: UInt8, _ radix: Int) -> Bool {
        (Character(Unicode.Scalar(byte)).hexDigitValue ?? radix) < radix
    }
}
