/// The owner of a set of objects: 1 to 63 characters of `a-z`, `0-9` and `-`.
///
/// The alphabet has no `:`, so the first `:` of an object's name always ends its tenant.
public struct TenantID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// The most characters a tenant id may have.
    public static let charactersMax = 63

    /// The id as text.
    public let text: String

    /// Checks a text against the rules for tenant ids.
    ///
    /// - Throws: ``RoostError/Code/invalidName``.
    public init(_ text: String) throws(RoostError) {
        guard Self.isValid(text) else {
            throw RoostError(
                .invalidName,
                "A tenant id has 1 to \(Self.charactersMax) characters of a-z, 0-9 and '-'; this one does not."
            )
        }
        self.text = text
    }

    /// Whether a text may be a tenant id.
    public static func isValid(_ text: String) -> Bool {
        (1...charactersMax).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default:
                    false
                }
            }
    }

    /// The id as text.
    public var description: String { text }

    /// Orders by bytes.
    public static func < (left: TenantID, right: TenantID) -> Bool { left.text < right.text }

    /// Reads and checks the text.
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    /// The name of this tenant's object `id`.
    ///
    /// The one place where names are joined.
    package func objectName(_ id: String) -> String { text + ":" + id }

    /// What all names of this tenant's objects begin with.
    var namePrefix: String { text + ":" }
}
