/// The id of a session: a UUID, in lower case whatever way the client wrote it.
package struct SessionID: Hashable, Sendable, CustomStringConvertible {
    /// The id as text.
    package let text: String

    /// Reads an id, or gives `nil` if the text is no UUID.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return nil }
        for (index, byte) in bytes.enumerated() {
            switch index {
            case 8, 13, 18, 23: guard byte == UInt8(ascii: "-") else { return nil }
            default:
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                    UInt8(ascii: "A")...UInt8(ascii: "F"):
                    continue
                default: return nil
                }
            }
        }
        self.text = text.lowercased()
    }

    package var description: String { text }

    /// Reads an id from a field of a request.
    package static func parse(_ text: String, field: String = "sessionId") throws(EdgeError) -> SessionID {
        guard let id = SessionID(text) else { throw .invalid(field, "must be a UUID") }
        return id
    }
}
