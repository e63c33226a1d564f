import RoostRuntime

/// A place in a list of sessions that is sorted newest first.
///
/// The text is the sort key itself: the time of the last change, turned around so that newer ones sort first, and the
/// session's id.
public struct SessionCursor: Hashable, Sendable {
    /// The cursor as text.
    public let text: String

    private static let digits = 16
    private static let ceiling: Int64 = 9_999_999_999_999_999

    init(_ summary: SessionSummary) {
        let inverted = Self.ceiling - max(0, min(summary.updatedAt.milliseconds, Self.ceiling))
        text = ChatMessageID.padded(String(inverted), to: Self.digits) + "." + summary.sessionId
    }

    /// Reads a cursor from its text, or gives `nil` if it is not one.
    public init?(_ text: String) {
        let bytes = text.utf8
        guard
            bytes.count > Self.digits + 1, bytes.count <= 256,
            bytes.prefix(Self.digits).allSatisfy({ 0x30...0x39 ~= $0 }),
            bytes.dropFirst(Self.digits).first == UInt8(ascii: ".")
        else { return nil }
        self.text = text
    }
}

extension SessionCursor: Codable {
    /// Decodes a cursor from its text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let cursor = SessionCursor(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "This is not a cursor.")
        }
        self = cursor
    }

    /// Encodes the cursor as its text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
