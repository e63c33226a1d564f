package import HTTPTypes

/// Whose request this is, and who makes it.
package struct TenantAccess: Sendable {
    /// The owner of everything the request can reach.
    package let tenant: Tenant
    /// Who makes the request.
    package let principal: Principal
}

/// Why a request was not admitted.
package enum TenantAccessError: Error, Sendable, Hashable {
    /// Nothing identifies a tenant.
    case tenantRequired
    /// The tenant that was named does not exist.
    case tenantUnknown
    /// Credentials are missing or wrong.
    case unauthorized
    /// Whether the credentials are right cannot be found out now.
    case keysUnavailable(KeySetError)
}

/// Finds the tenant of a request and checks the credentials it presents.
///
/// The tenant is the first match of the header `x-tenant-id`, the host, an API key. Naming a tenant proves nothing:
/// where it has credentials, the request must present valid ones of that very tenant.
///
/// Every credential presented must be right; a right one does not outweigh a wrong one. A pure function of request,
/// time and configuration, and of the keys that a tenant's issuer publishes.
package struct TenantResolver: Sendable {
    /// The longest API key that is looked at, in bytes.
    static let longestKey = 1024

    private enum NamedBy { case header, host, key }

    private let directory: TenantDirectory
    private let profile: EdgeProfile

    /// Creates a resolver.
    package init(directory: TenantDirectory, profile: EdgeProfile) {
        self.directory = directory
        self.profile = profile
    }

    /// Admits a request, or says why not.
    ///
    /// - Parameters:
    ///   - headers: The request's headers.
    ///   - host: Its `host` header or `:authority`.
    ///   - now: The time, in seconds since 1970.
    package func resolve(
        _ headers: HTTPFields,
        host: String?,
        now: Int64
    ) async -> Result<TenantAccess, TenantAccessError> {
        let credentials = RequestCredentials(headers)
        do throws(TenantAccessError) {
            let (tenant, namedBy) = try find(headers, host: host, credentials: credentials)
            guard tenant.configuration.hasCredentials else {
                try admitWithoutCredentials(to: tenant, namedBy: namedBy, host: host)
                return .success(TenantAccess(tenant: tenant, principal: .anonymous))
            }
            let principal = try await authenticate(credentials, for: tenant, now: now)
            return .success(TenantAccess(tenant: tenant, principal: principal))
        } catch {
            return .failure(error)
        }
    }

    private func find(
        _ headers: HTTPFields,
        host: String?,
        credentials: RequestCredentials
    ) throws(TenantAccessError) -> (Tenant, NamedBy) {
        if let id = headers.value(of: .tenantId) {
            guard let tenant = directory.tenant(id: id) else { throw .tenantUnknown }
            return (tenant, .header)
        }
        if let host, let tenant = directory.tenant(host: host) { return (tenant, .host) }
        for key in [credentials.apiKey, credentials.bearer].compactMap(\.self) where key.utf8.count <= Self.longestKey {
            if let tenant = directory.tenant(apiKey: key) { return (tenant, .key) }
        }
        // A token may be perfectly valid and yet does not say whose it is; a key that leads nowhere is simply wrong.
        let mayBeToken = credentials.bearer.map(TokenVerifier.looksLikeToken) ?? true
        throw credentials.apiKey == nil && mayBeToken ? .tenantRequired : .unauthorized
    }

    /// Outside development a header alone leads nowhere: a tenant without credentials is what its hosts show.
    private func admitWithoutCredentials(
        to tenant: Tenant,
        namedBy: NamedBy,
        host: String?
    ) throws(TenantAccessError) {
        guard profile != .development, namedBy == .header else { return }
        guard let host, directory.tenant(host: host)?.id == tenant.id else { throw .unauthorized }
    }

    private func authenticate(
        _ credentials: RequestCredentials,
        for tenant: Tenant,
        now: Int64
    ) async throws(TenantAccessError) -> Principal {
        var principal: Principal?
        if let text = credentials.apiKey, !tenant.configuration.apiKeys.isEmpty {
            guard let key = key(text, of: tenant) else { throw .unauthorized }
            principal = .apiKey(id: key.id, role: key.role)
        }
        if let text = credentials.bearer {
            if let key = key(text, of: tenant) {
                principal = principal ?? .apiKey(id: key.id, role: key.role)
            } else if let verifier = tenant.verifier {
                principal = try await Self.user(text, verifier, now: now)
            } else {
                throw .unauthorized
            }
        }
        guard let principal else { throw .unauthorized }
        return principal
    }

    private static func user(
        _ token: String,
        _ verifier: TokenVerifier,
        now: Int64
    ) async throws(TenantAccessError) -> Principal {
        do throws(TokenError) {
            let user = try await verifier.verify(token, now: now)
            return .user(subject: user.subject, role: user.role)
        } catch {
            if case .keysUnavailable(let cause) = error { throw .keysUnavailable(cause) }
            throw .unauthorized
        }
    }

    private func key(_ text: String, of tenant: Tenant) -> TenantAPIKey? {
        guard text.utf8.count <= Self.longestKey else { return nil }
        return tenant.key(matching: KeyDigest(of: text))
    }
}
