import NIOCore

/// What can be read from a plain object; anything else is read by its decoder.
protocol PlainlyWritten {
    /// `nil` when the object is not exactly what is expected: then the decoder says what is wrong with it.
    init?(_ plain: PlainObject)
}

/// A small JSON object of plain texts and whole numbers, as programs write it: the short way of reading a body.
///
/// Plain is what needs no thought: ASCII texts without escapes, whole numbers of up to 15 digits, each name once, a few
/// members at most. Of anything else, right or wrong, there is no plain object; so there is one grammar of JSON here
/// and not two, and what this accepts means the same to the decoder.
struct PlainObject {
    private enum Value {
        case text(Range<Int>)
        case number(Int)
    }

    static let bytesMax = 1_024
    static let membersMax = 8

    private let buffer: ByteBuffer
    private var members: [(name: Range<Int>, value: Value)] = []

    init?(_ buffer: ByteBuffer) {
        guard buffer.readableBytes <= Self.bytesMax else { return nil }
        self.buffer = buffer
        var reader = Reader(bytes: buffer.readableBytesView)
        guard reader.take(UInt8(ascii: "{")) else { return nil }
        while true {
            guard members.count < Self.membersMax, let name = reader.text(), isNew(name),
                reader.take(UInt8(ascii: ":")), let value = reader.value()
            else { return nil }
            members.append((name, value))
            if reader.take(UInt8(ascii: ",")) { continue }
            guard reader.take(UInt8(ascii: "}")), reader.isAtEnd else { return nil }
            return
        }
    }

    /// A text; `nil` when there is none of this name.
    func text(_ name: StaticString) -> String? {
        guard case .text(let range) = value(name) else { return nil }
        return String(decoding: buffer.readableBytesView[range], as: UTF8.self)
    }

    /// A whole number or, when there is no such member, `.some(nil)`; `nil` when it is something else.
    func numberIfPresent(_ name: StaticString) -> Int?? {
        switch value(name) {
        case nil: .some(nil)
        case .number(let number): .some(number)
        case .text: nil
        }
    }

    private func value(_ name: StaticString) -> Value? {
        let bytes = buffer.readableBytesView
        return name.withUTF8Buffer { name in
            members.first { bytes[$0.name].elementsEqual(name) }?.value
        }
    }

    private func isNew(_ name: Range<Int>) -> Bool {
        let bytes = buffer.readableBytesView
        return !members.contains { bytes[$0.name].elementsEqual(bytes[name]) }
    }

    /// Goes through the bytes; spaces before each piece are stepped over.
    private struct Reader {
        private let bytes: ByteBufferView
        private var place: Int

        init(bytes: ByteBufferView) {
            self.bytes = bytes
            place = bytes.startIndex
        }

        var isAtEnd: Bool {
            mutating get {
                skipSpaces()
                return place == bytes.endIndex
            }
        }

        mutating func take(_ byte: UInt8) -> Bool {
            skipSpaces()
            guard place < bytes.endIndex, bytes[place] == byte else { return false }
            place += 1
            return true
        }

        mutating func value() -> Value? {
            skipSpaces()
            guard place < bytes.endIndex else { return nil }
            return bytes[place] == UInt8(ascii: "\"") ? text().map(Value.text) : number().map(Value.number)
        }

        /// The place of a text between its quotes.
        mutating func text() -> Range<Int>? {
            guard take(UInt8(ascii: "\"")) else { return nil }
            let start = place
            while place < bytes.endIndex {
                let byte = bytes[place]
                place += 1
                if byte == UInt8(ascii: "\"") { return start..<(place - 1) }
                guard (0x20..<0x7F).contains(byte), byte != UInt8(ascii: "\\") else { return nil }
            }
            return nil
        }

        private mutating func number() -> Int? {
            let start = place
            var number = 0
            while place < bytes.endIndex, (0x30...0x39).contains(bytes[place]), place - start < 15 {
                number = number * 10 + Int(bytes[place] - 0x30)
                place += 1
            }
            let count = place - start
            return count == 0 || (count > 1 && bytes[start] == 0x30) ? nil : number
        }

        private mutating func skipSpaces() {
            while place < bytes.endIndex {
                switch bytes[place] {
                case 0x20, 0x09, 0x0A, 0x0D: place += 1
                default: return
                }
            }
        }
    }
}
