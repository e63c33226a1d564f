/// The 32-byte identity of an object within its class.
///
/// The bytes are kept as four big-endian words, inline: an id costs no allocation, and comparing words is
/// comparing bytes.
public struct ObjectID: Hashable, Sendable {
    /// The number of bytes in every id.
    public static let byteCount = 32

    let words: (UInt64, UInt64, UInt64, UInt64)

    /// Makes an id of exactly 32 bytes; any other number gives `nil`.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        // Bytes have no padding (see `ByteOrder`).
        let span = unsafe bytes.span.bytes
        words = (
            span.bigEndian(at: 0), span.bigEndian(at: 8), span.bigEndian(at: 16), span.bigEndian(at: 24)
        )
    }

    /// Makes an id of exactly 64 hexadecimal digits, upper or lower case; anything else gives `nil`.
    public init?(hex: some StringProtocol) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        var high: UInt8?
        for character in hex.utf8 {
            guard bytes.count < Self.byteCount, let digit = Self.value(ofHexDigit: character) else { return nil }
            if let upper = high {
                bytes.append(upper << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        guard high == nil else { return nil }
        self.init(bytes: bytes)
    }

    init(words: (UInt64, UInt64, UInt64, UInt64)) {
        self.words = words
    }

    /// The 32 bytes, first to last.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        append(to: &bytes)
        return bytes
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(bigEndian: words.0)
        bytes.append(bigEndian: words.1)
        bytes.append(bigEndian: words.2)
        bytes.append(bigEndian: words.3)
    }

    private static func value(ofHexDigit character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Tells whether two ids have the same bytes.
    public static func == (left: ObjectID, right: ObjectID) -> Bool {
        left.words == right.words
    }

    /// Feeds all 32 bytes to the hasher, folded into one word.
    ///
    /// The bytes of an id are what a hash function or a source of randomness made, so folding them loses nothing; and
    /// an id is looked up several times in every call.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0 ^ words.1 ^ words.2 ^ words.3)
    }
}

extension ObjectID: Comparable {
    /// Orders ids by their bytes.
    public static func < (left: ObjectID, right: ObjectID) -> Bool {
        left.words < right.words
    }
}

extension ObjectID: CustomStringConvertible {
    /// The id as 64 lower-case hexadecimal digits.
    public var description: String {
        let digits = Array("0123456789abcdef".utf8)
        let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
