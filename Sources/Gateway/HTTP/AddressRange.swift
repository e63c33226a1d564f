/// A range of addresses, written `10.0.0.0/8`; a single address is a range of one.
package struct AddressRange: Hashable, Sendable, CustomStringConvertible {
    private let address: IPAddress
    private let prefixBits: Int

    /// Reads a range, or gives `nil` if the text is not one.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(first) else { return nil }
        let width = address.bytes.count * 8
        var bits = width
        if parts.count == 2 {
            guard let number = Int(parts[1]), (0...width).contains(number) else { return nil }
            bits = number
        }
        self.address = address
        self.prefixBits = bits
    }

    package var description: String { "\(address)/\(prefixBits)" }

    /// Whether an address lies in the range; one of the other version never does.
    package func contains(_ other: IPAddress) -> Bool {
        guard other.bytes.count == address.bytes.count else { return false }
        let whole = prefixBits / 8
        guard address.bytes.prefix(whole) == other.bytes.prefix(whole) else { return false }
        let rest = prefixBits % 8
        guard rest > 0 else { return true }
        let mask = ~UInt8(0) << (8 - UInt8(rest))
        return address.bytes[whole] & mask == other.bytes[whole] & mask
    }
}
