/// Who makes a request.
package enum Principal: Sendable, Hashable {
    /// Nobody in particular: the tenant asks for no credentials.
    case anonymous
    /// A program, by the public name of its key.
    case apiKey(id: String, role: TenantRole)
    /// A person, by the subject of their token.
    case user(subject: String, role: TenantRole)

    /// What the request may do.
    package var role: TenantRole {
        switch self {
        case .anonymous: .user
        case .apiKey(_, let role), .user(_, let role): role
        }
    }
}
