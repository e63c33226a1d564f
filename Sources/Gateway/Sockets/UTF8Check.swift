/// Says of text that comes in pieces, as early as possible, that it is not UTF-8.
///
/// A character may be split over any number of pieces. The rules are those of the Unicode standard's table of
/// well-formed sequences: no overlong forms, no surrogates, nothing beyond U+10FFFF.
struct UTF8Check: Hashable, Sendable {
    /// How many continuation bytes are still to come.
    private var missing: UInt8 = 0
    /// What the next continuation byte may be; narrower than usual right after some first bytes.
    private var lowest: UInt8 = 0x80
    private var highest: UInt8 = 0xBF

    /// Whether the text does not end inside a character.
    var isComplete: Bool { missing == 0 }

    /// Takes the next piece; false once the text cannot become UTF-8 any more.
    mutating func take(_ bytes: [UInt8]) -> Bool {
        for byte in bytes {
            guard missing == 0 else {
                guard lowest <= byte, byte <= highest else { return false }
                missing -= 1
                (lowest, highest) = (0x80, 0xBF)
                continue
            }
            guard byte >= 0x80 else { continue }
            guard begin(byte) else { return false }
        }
        return true
    }

    private mutating func begin(_ byte: UInt8) -> Bool {
        switch byte {
        case 0xC2...0xDF: missing = 1
        case 0xE0...0xEF: missing = 2
        case 0xF0...0xF4: missing = 3
        default: return false
        }
        switch byte {
        case 0xE0: lowest = 0xA0
        case 0xED: highest = 0x9F
        case 0xF0: lowest = 0x90
        case 0xF4: highest = 0x8F
        default: break
        }
        return true
    }
}
