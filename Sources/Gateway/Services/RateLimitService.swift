import Crypto
import Hummingbird
import HummingbirdCore
package import RoostObjects
package import RoostRuntime

/// Asks the limiters: for the service's own clients, and for applications that use Roost as their limiter.
package struct RateLimitService: Sendable {
    /// The longest key of an application, in bytes.
    package static let keyBytesMax = 512

    /// A decision and the limit it was made under.
    package struct Ruling: Sendable {
        package let decision: RateLimitDecision
        package let limit: Tenant.Limit
        /// To be passed before the decision, or anything done because of it, is told to the client.
        package let durability: EarlyReply
    }

    private let limiters: ObjectNamespace<RateLimiter>

    init(roost: Roost) throws(RoostError) {
        limiters = try roost.objects(of: RateLimiter.self)
    }

    /// Takes one request of a client in a group of routes.
    ///
    /// The request may go on at once, while the decision is made durable; see ``Ruling/durability``.
    ///
    /// A group with a rule of its own counts apart, otherwise all groups share the tenant's rule and one count.
    package func admit(_ client: ClientKey, group: RouteGroup, tenant: Tenant) async throws -> Ruling {
        let (limit, isOwn) = tenant.limit(of: group)
        let name = isOwn ? group.name + "#" + client.text : client.text
        let limiters = limiters.tenant(tenant.id)
        let (decision, durability) = try await limiters.earlyTurn(name) { try $0.check(limit.policy, cost: 1) }
        return Ruling(decision: decision, limit: limit, durability: durability)
    }

    /// Takes `cost` requests from an application's key.
    package func check(key: String, cost: Int, tenant: Tenant) async throws -> RateLimitDecision {
        let policy = tenant.limit.policy
        return try await limiters.tenant(tenant.id).turn(Self.application(key)) { try $0.check(policy, cost: cost) }
    }

    /// Says what is left of an application's key.
    package func usage(key: String, tenant: Tenant) async throws -> RateLimitDecision {
        let policy = tenant.limit.policy
        return try await limiters.tenant(tenant.id).turn(Self.application(key)) { try $0.usage(policy) }
    }

    /// Forgets what an application's key has used.
    package func reset(key: String, tenant: Tenant) async throws {
        try await limiters.tenant(tenant.id).turn(Self.application(key)) { try $0.reset() }
    }

    /// The tenant's own space, apart from the keys of the service's clients.
    private static func application(_ key: String) -> String { "app:" + key }
}

/// Whom a limit counts: `user:…`, `key:…` or `ip:…`.
package struct ClientKey: Hashable, Sendable {
    /// The longest name that is used as it is; longer ones are hashed, so that every name of an object is short.
    static let nameBytesMax = 256

    /// The key as text.
    package let text: String

    /// Finds the key of a request.
    ///
    /// - Parameters:
    ///   - principal: who makes it, as far as a credential proves it.
    ///   - claimedUser: whom it says it is for; counts only where the tenant trusts its clients to say so.
    ///   - address: where it comes from.
    package init(principal: Principal, claimedUser: String?, address: String) {
        switch (principal, claimedUser) {
        case (.user(let subject, _), _): text = "user:" + Self.short(subject)
        case (_, .some(let user)): text = "user:" + Self.short(user)
        case (.apiKey(let id, _), nil): text = "key:" + id
        case (.anonymous, nil): text = "ip:" + address
        }
    }

    /// Finds the key of a request.
    init(_ request: Request, principal: Principal, tenant: Tenant, address: String) {
        var claimed: String?
        if tenant.configuration.trustUserHeader {
            claimed = QueryParameters(request.uri.query).text("userId") ?? request.headers.value(of: .xUserID)
        }
        self.init(principal: principal, claimedUser: claimed, address: address)
    }

    private static func short(_ name: String) -> String {
        guard name.utf8.count > nameBytesMax else { return name }
        let digits = SHA256.hash(data: Array(name.utf8)).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return "sha256=" + digits.joined()
    }
}
