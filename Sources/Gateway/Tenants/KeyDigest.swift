import Crypto

/// The SHA-256 digest of an API key.
///
/// Only digests are kept and compared, and comparing takes the same time wherever two digests differ.
package struct KeyDigest: Sendable, CustomStringConvertible {
    /// The digest itself, for finding duplicates while configuration is read; requests use ``matches(_:)``.
    let bytes: [UInt8]

    /// Computes the digest of a key.
    package init(of key: String) {
        bytes = Array(SHA256.hash(data: Array(key.utf8)))
    }

    /// Reads a digest written as 64 hexadecimal digits of either case.
    package init?(hexadecimal text: some StringProtocol) {
        let digits = text.utf8.compactMap(Self.nibble)
        guard digits.count == 64, text.utf8.count == 64 else { return nil }
        bytes = (0..<32).map { digits[2 * $0] << 4 | digits[2 * $0 + 1] }
    }

    /// Whether two digests are the same, in constant time.
    package func matches(_ other: KeyDigest) -> Bool {
        var difference: UInt8 = 0
        for index in bytes.indices { difference |= bytes[index] ^ other.bytes[index] }
        return difference == 0
    }

    /// A fixed text: a digest of a weak key can be searched for.
    package var description: String { "<redacted>" }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
