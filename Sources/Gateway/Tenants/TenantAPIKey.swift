import RoostRuntime

/// A credential of a program.
///
/// The key itself is forgotten as soon as it is read: only its digest is kept.
package struct TenantAPIKey: Sendable, CustomStringConvertible {
    /// The most keys of one tenant.
    static let mostKeys = 256
    /// The longest id, in characters.
    static let longestId = 64
    /// The prefix of keys that are stored as digests.
    static let digestPrefix = "sha256:"

    /// The key's public name, for logs and limits.
    package let id: String
    /// The digest of the key.
    package let digest: KeyDigest
    /// What the key allows.
    package let role: TenantRole
    /// Whether the file holds the digest, rather than the key.
    package let isStoredHashed: Bool

    /// The id and the role, never the digest.
    package var description: String { "\(id) (\(role.rawValue))" }

    /// Reads an entry of `apiKeys`: a string or an object.
    init?(reading value: JSONValue, path: String, index: Int, _ report: inout ConfigurationReport) {
        let text: String?
        if case .string(let plain) = value {
            id = "key-\(index + 1)"
            role = .user
            text = plain
        } else {
            guard var fields = ConfigurationObject(value, path: path, &report) else { return nil }
            id = fields.string("id", &report) ?? "key-\(index + 1)"
            if !Self.isValid(id: id) {
                report.mistake(fields.path("id"), "must be 1 to \(Self.longestId) characters of A-Z a-z 0-9 . _ -")
            }
            role = Self.role(&fields, &report)
            if !fields.has("key") { report.mistake(fields.path("key"), "is required") }
            text = fields.string("key", &report)
            fields.finish(&report)
        }
        guard let text else { return nil }
        guard !text.isEmpty else {
            report.mistake(path, "must not be empty")
            return nil
        }
        isStoredHashed = text.hasPrefix(Self.digestPrefix)
        if isStoredHashed {
            guard let digest = KeyDigest(hexadecimal: text.dropFirst(Self.digestPrefix.count)) else {
                report.mistake(path, "must have 64 hexadecimal digits after \(Self.digestPrefix)")
                return nil
            }
            self.digest = digest
        } else {
            digest = KeyDigest(of: text)
        }
    }

    private static func role(
        _ fields: inout ConfigurationObject,
        _ report: inout ConfigurationReport
    ) -> TenantRole {
        guard let name = fields.string("role", &report) else { return .user }
        guard let role = TenantRole(rawValue: name) else {
            report.mistake(fields.path("role"), "must be user or admin")
            return .user
        }
        return role
    }

    private static func isValid(id: String) -> Bool {
        (1...longestId).contains(id.utf8.count)
            && id.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default:
                    false
                }
            }
    }
}
