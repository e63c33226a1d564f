/// Finds the list of origins that applies to a request.
///
/// A preflight carries no tenant header and no credential, so where the host does not name the tenant, an origin that
/// any tenant allows is let through; the request itself is then held to its own tenant's list.
struct OriginPolicy: Sendable {
    private let directory: TenantDirectory
    private let profile: EdgeProfile
    private let anyTenant: CORS

    init(directory: TenantDirectory, profile: EdgeProfile) {
        self.directory = directory
        self.profile = profile
        let lists = directory.tenants.map(\.configuration.allowedOrigins)
        let isOpen = profile == .development && lists.contains { $0.isEmpty }
        anyTenant = isOpen ? .any : CORS(origins: lists.joined())
    }

    func policy(tenant: Tenant?, host: String?) -> CORS {
        guard let tenant = tenant ?? host.flatMap({ directory.tenant(host: $0) }) else {
            return anyTenant
        }
        guard tenant.configuration.allowedOrigins.isEmpty, profile == .development else {
            return tenant.origins
        }
        return .any
    }
}
