package import HTTPTypes
package import RoostObjects
package import RoostRuntime

/// An owner of objects, ready to serve requests.
///
/// A class, because a request holds on to its tenant at every step: what a file says is much to copy, and each copy
/// would count references that all requests of the tenant share.
package final class Tenant: Sendable {
    /// The tenant's name.
    package let id: TenantID
    /// What its file says.
    package let configuration: TenantConfiguration
    /// Checks the tokens of its users; `nil` when it has none.
    package let verifier: TokenVerifier?
    /// The origins that its file lists.
    package let origins: CORS

    /// The limit of every group of routes without one of its own, and of the keys of applications.
    package let limit: Limit

    private let limits: [String: Limit]

    /// A rate limit, and how it is described to clients.
    package struct Limit: Sendable {
        /// What the limiters are asked with.
        package let policy: RateLimitPolicy
        /// The header `ratelimit-policy` of answers.
        package let header: HTTPField

        init(_ rule: TenantRateLimit.Rule) throws(RateLimitPolicyError) {
            policy = try RateLimitPolicy(rule)
            header = HTTPField(name: .rateLimitPolicy, value: RateLimitHeaders.describe(policy))
        }
    }

    /// Creates a tenant.
    ///
    /// - Precondition: The configuration was read without a mistake.
    package init(configuration: TenantConfiguration, verifier: TokenVerifier? = nil) {
        do {
            id = try TenantID(configuration.tenantId)
            limit = try Limit(configuration.rateLimit.rule)
            limits = try configuration.rateLimit.routes.mapValues { try Limit($0) }
        } catch {
            preconditionFailure("A configuration becomes a tenant only when it was checked: \(error)")
        }
        self.configuration = configuration
        self.verifier = verifier
        origins = CORS(origins: configuration.allowedOrigins)
    }

    /// The limit of a group of routes, and whether it is the group's own, which then counts apart.
    package func limit(of group: RouteGroup) -> (limit: Limit, isOwn: Bool) {
        if let own = limits[group.name] { return (own, true) }
        return (limit, false)
    }

    /// The key that a text is, or `nil`.
    ///
    /// Every key is compared, so that the time taken does not tell which one matched, or that one did.
    func key(matching digest: KeyDigest) -> TenantAPIKey? {
        var found: TenantAPIKey?
        for key in configuration.apiKeys where key.digest.matches(digest) { found = key }
        return found
    }
}
