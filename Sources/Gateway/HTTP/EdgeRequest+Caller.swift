import HTTPTypes
import Hummingbird
import HummingbirdCore
package import RoostObjects

extension EdgeRequest {
    /// The user a request names besides its credential: in its body, its query, or the header `x-user-id`, in that
    /// order.
    package func claimedUser(body: String? = nil) throws(EdgeError) -> String? {
        guard let user = body ?? query.text("userId") ?? http.headers[.xUserID] else { return nil }
        guard (1...EdgeObjectLimits.userBytesMax).contains(user.utf8.count) else {
            throw .invalid("userId", "must have 1 to \(EdgeObjectLimits.userBytesMax) bytes")
        }
        return user
    }

    /// On whose behalf sessions are used.
    ///
    /// A token speaks for its subject and nobody else, unless it is an administrator's. A key is the tenant's
    /// application, which speaks for the tenant or for whichever of its users it names; so does anybody where a
    /// tenant asks for no credentials.
    package func caller(naming claimed: String?) throws(EdgeError) -> SessionCaller {
        switch principal {
        case .user(let subject, let role):
            guard let claimed, claimed != subject else { return .user(subject) }
            guard role == .admin else {
                throw EdgeError(.forbidden, "This token may not act for another user.")
            }
            return .user(claimed)
        case .apiKey, .anonymous:
            return claimed.map(SessionCaller.user) ?? .tenant
        }
    }

    /// On whose behalf a session named in the path is used.
    package func caller() throws(EdgeError) -> SessionCaller {
        try caller(naming: claimedUser())
    }
}
