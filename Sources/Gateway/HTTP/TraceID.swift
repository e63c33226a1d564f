package import HTTPTypes
package import RoostRuntime

/// The id under which one request is found again: in the answer, in every frame of a stream, on every line of the
/// log.
package struct TraceID: Hashable, Sendable, CustomStringConvertible {
    /// The longest id that is taken over from a client.
    package static let charactersMax = 128

    /// The id as text: only `A-Z a-z 0-9 . _ -`, so that it needs no quoting anywhere.
    package let text: String

    /// Takes over an id, or gives `nil` if it is empty, too long or holds any other character.
    package init?(_ text: String) {
        guard (1...Self.charactersMax).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed) else {
            return nil
        }
        self.text = text
    }

    /// Takes the first usable id of a request, or makes a new one.
    package init(headers: HTTPFields, random: any RandomSource) {
        let given = [HTTPField.Name.xTraceID, .xRequestID, .cfRay].lazy.compactMap {
            headers.value(of: $0).flatMap(TraceID.init)
        }
        if let first = given.first {
            self = first
        } else {
            text = random.uuid()
        }
    }

    package var description: String { text }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
