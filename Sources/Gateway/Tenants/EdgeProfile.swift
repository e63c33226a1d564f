/// How strictly the edge service is set up.
///
/// The development profile trusts what makes local work easy: plain API keys in files, a tenant named by a header
/// alone, the two example tenants. The production profile trusts none of that.
public struct EdgeProfile: Sendable, Hashable, CustomStringConvertible {
    private enum Kind: String, Sendable { case development, production }

    private let kind: Kind

    /// For a developer's machine.
    public static let development = EdgeProfile(kind: .development)
    /// For everything that others can reach.
    public static let production = EdgeProfile(kind: .production)

    private init(kind: Kind) {
        self.kind = kind
    }

    /// Finds a profile by its name, `development` or `production`.
    public init?(name: String) {
        guard let kind = Kind(rawValue: name) else { return nil }
        self.kind = kind
    }

    /// The profile's name.
    public var description: String { kind.rawValue }
}
