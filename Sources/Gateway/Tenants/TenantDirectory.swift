import RoostRuntime

/// All tenants of a server; immutable.
///
/// Guarantees: ids, hosts and API keys are unique, so a request leads to at most one tenant.
public struct TenantDirectory: Sendable {
    /// Things in the files that are no mistakes but worth a look, such as unknown fields.
    public let warnings: [TenantConfigurationError.Problem]
    /// The tenants, by id.
    package let tenants: [Tenant]

    private let indexById: [String: Int]
    private let indexByHost: [String: Int]

    /// Creates a directory of tenants that were checked before.
    init(checked tenants: [Tenant], warnings: [TenantConfigurationError.Problem]) {
        let tenants = tenants.sorted { $0.id < $1.id }
        self.tenants = tenants
        self.warnings = warnings
        let ids = tenants.enumerated().map { ($0.element.id.text, $0.offset) }
        indexById = Dictionary(ids) { first, _ in first }
        let hosts = tenants.enumerated().flatMap { index, tenant in
            tenant.configuration.allowedHosts.map { ($0, index) }
        }
        indexByHost = Dictionary(hosts) { first, _ in first }
    }

    /// The two example tenants, `alpha` and `beta`, without credentials; for development.
    public static let builtIn: TenantDirectory = {
        let tenants = ["alpha", "beta"].map { id in
            var configuration = TenantConfiguration(tenantId: id)
            configuration.allowedHosts = ["\(id).localhost"]
            return Tenant(configuration: configuration)
        }
        return TenantDirectory(checked: tenants, warnings: [])
    }()

    /// The ids of all tenants, in order.
    public var ids: [String] { tenants.map(\.id.text) }

    /// Finds a tenant by its id.
    package func tenant(id: String) -> Tenant? {
        indexById[id].map { tenants[$0] }
    }

    /// Finds a tenant by the `host` of a request; port and case do not matter.
    package func tenant(host: String) -> Tenant? {
        guard let name = HostName.normalized(host), let index = indexByHost[name] else { return nil }
        return tenants[index]
    }

    /// Finds a tenant by an API key of its.
    ///
    /// The keys of all tenants are compared, so that the time taken does not tell whose key it is.
    package func tenant(apiKey: String) -> Tenant? {
        let digest = KeyDigest(of: apiKey)
        var found: Tenant?
        for tenant in tenants where tenant.key(matching: digest) != nil { found = tenant }
        return found
    }
}
