/// On whose behalf a session is used.
public enum SessionCaller: Hashable, Sendable, Codable {
    /// The tenant itself: its application, which names no user and may use every session of the tenant.
    case tenant
    /// One user, who may use only the sessions that were created for this user.
    case user(String)

    /// The user, if one was named.
    public var user: String? {
        switch self {
        case .tenant: nil
        case .user(let name): name
        }
    }

    /// Whether this caller may use a session of `owner`.
    func mayUse(sessionOf owner: String?) -> Bool {
        switch self {
        case .tenant: true
        case .user(let name): name == owner
        }
    }
}
