/// Strings, and what stands between values.
extension TOMLParser {
    // MARK: Strings

    /// Reads a string of any of the four kinds; keys have two of them.
    mutating func readString(isKey: Bool) throws(SyntaxProblem) -> String {
        let start = position
        guard let quote = peek() else { throw unexpected("a string") }
        let isLong = !isKey && peek(1) == quote && peek(2) == quote
        position += isLong ? 3 : 1
        if isLong { skipLineBreak() }
        var text: [UInt8] = []
        while let byte = peek() {
            if byte == quote {
                if !isLong {
                    position += 1
                    return String(decoding: text, as: UTF8.self)
                }
                let count = quotes(quote)
                position += count
                guard count >= 3 else {
                    text += repeatElement(quote, count: count)
                    continue
                }
                // Up to two quotes may stand before the three that end it.
                guard count <= 5 else { throw SyntaxProblem("There are too many quotes.", at: position - count) }
                text += repeatElement(quote, count: count - 3)
                return String(decoding: text, as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                try readEscape(into: &text, isLong: isLong)
            } else if let length = lineBreak(), isLong {
                text += bytes[position..<(position + length)]
                position += length
            } else {
                try checkText(byte, in: isLong ? "a string" : "a string on one line")
                text.append(byte)
                position += 1
            }
        }
        throw SyntaxProblem("This string has no end.", at: start)
    }

    /// How many quotes stand here, as far as that matters.
    private func quotes(_ quote: UInt8) -> Int {
        var count = 0
        while count < 6, peek(count) == quote { count += 1 }
        return count
    }

    private mutating func readEscape(into text: inout [UInt8], isLong: Bool) throws(SyntaxProblem) {
        let start = position
        position += 1
        guard let byte = peek() else { throw SyntaxProblem("This string has no end.", at: start) }
        position += 1
        switch byte {
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): text.append(byte)
        case UInt8(ascii: "u"): text += String(try readUnicode(digits: 4, from: start)).utf8
        case UInt8(ascii: "U"): text += String(try readUnicode(digits: 8, from: start)).utf8
        default:
            position = start + 1
            guard isLong, skipFoldedLines() else {
                throw SyntaxProblem(
                    "This is not an escape sequence of TOML; in single quotes a \\ means itself.",
                    at: start
                )
            }
        }
    }

    private mutating func readUnicode(digits: Int, from start: Int) throws(SyntaxProblem) -> Unicode.Scalar {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = peek().flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
                throw SyntaxProblem("\(digits) hexadecimal digits are expected here.", at: start)
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        guard let scalar = Unicode.Scalar(value) else {
            throw SyntaxProblem("There is no character of this number.", at: start)
        }
        return scalar
    }

    /// Steps over a line break after a backslash, and all blank that follows.
    private mutating func skipFoldedLines() -> Bool {
        skipSpaces()
        guard lineBreak() != nil else { return false }
        while true {
            skipSpaces()
            guard let length = lineBreak() else { return true }
            position += length
        }
    }

    private func checkText(_ byte: UInt8, in place: String) throws(SyntaxProblem) {
        guard byte != UInt8(ascii: "\t"), byte < 0x20 || byte == 0x7F else { return }
        guard byte != 0x0A, byte != 0x0D else { throw SyntaxProblem("The line ends inside \(place).", at: position) }
        throw SyntaxProblem("A control character cannot stand in \(place).", at: position)
    }

    // MARK: Between values

    /// Steps over spaces, line breaks and comments.
    mutating func skipBlank() throws(SyntaxProblem) {
        while true {
            skipSpaces()
            if let length = lineBreak() {
                position += length
            } else if peek() == UInt8(ascii: "#") {
                try skipComment()
            } else {
                return
            }
        }
    }

    /// Steps over what may stand behind a value or a header.
    mutating func endLine() throws(SyntaxProblem) {
        skipSpaces()
        if peek() == UInt8(ascii: "#") { try skipComment() }
        guard position < bytes.count else { return }
        guard let length = lineBreak() else { throw unexpected("the end of the line") }
        position += length
    }

    private mutating func skipComment() throws(SyntaxProblem) {
        while let byte = peek(), lineBreak() == nil {
            try checkText(byte, in: "a comment")
            position += 1
        }
    }

    mutating func skipSpaces() {
        while let byte = peek(), byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { position += 1 }
    }

    private mutating func skipLineBreak() {
        if let length = lineBreak() { position += length }
    }

    /// The length of the line break that stands here.
    private func lineBreak() -> Int? {
        if peek() == 0x0A { return 1 }
        return peek() == 0x0D && peek(1) == 0x0A ? 2 : nil
    }

    // MARK: Bytes

    func peek(_ ahead: Int = 0) -> UInt8? {
        position + ahead < bytes.count ? bytes[position + ahead] : nil
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        position += 1
        return true
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    func unexpected(_ wanted: String) -> SyntaxProblem {
        guard position < bytes.count else {
            return SyntaxProblem("The file ends where \(wanted) is expected.", at: position)
        }
        return SyntaxProblem("Expected \(wanted) here.", at: position)
    }
}
