/// The id of a message: its place in the session, then a random part that keeps ids from being guessed.
///
/// Written as `msg-000000000042-9f3c2a10b4d5e6f7`. Because the place comes first and has a fixed width, ids sort like
/// the messages do, and an id serves as the cursor of a page without being looked up.
public struct ChatMessageID: Hashable, Sendable, CustomStringConvertible {
    /// The place of the message in its session, counted from 1; it never changes and is never used again.
    public let sequence: Int64
    private let suffix: String

    static let sequenceDigits = 12
    private static let suffixDigits = 16
    private static let prefix = "msg-"

    init(sequence: Int64, random: UInt64) {
        self.sequence = sequence
        self.suffix = Self.padded(String(random, radix: 16), to: Self.suffixDigits)
    }

    /// Reads an id from its text, or gives `nil` if it is not one.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard
            parts.count == 3, parts[0] == "msg",
            parts[1].utf8.count == Self.sequenceDigits, parts[1].utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
            parts[2].utf8.count == Self.suffixDigits,
            parts[2].utf8.allSatisfy({ 0x30...0x39 ~= $0 || 0x61...0x66 ~= $0 }),
            let sequence = Int64(parts[1])
        else { return nil }
        self.sequence = sequence
        self.suffix = String(parts[2])
    }

    /// The id as text.
    public var description: String {
        Self.prefix + Self.padded(String(sequence), to: Self.sequenceDigits) + "-" + suffix
    }

    /// `digits` with zeros in front, so that the texts sort like the numbers.
    static func padded(_ digits: String, to width: Int) -> String {
        String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

extension ChatMessageID: Codable {
    /// Decodes an id from its text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = ChatMessageID(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "This is not the id of a message.")
        }
        self = id
    }

    /// Encodes the id as its text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
