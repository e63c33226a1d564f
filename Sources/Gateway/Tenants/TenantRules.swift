/// Checks what concerns several tenants at once, and what the profile asks for.
struct TenantRules {
    private let profile: EdgeProfile
    private var ids: Set<String> = []
    private var hosts: [String: String] = [:]
    private var keys: Set<[UInt8]> = []

    init(profile: EdgeProfile) {
        self.profile = profile
    }

    /// Checks the next tenant against the profile and against those before it.
    mutating func check(_ tenant: TenantConfiguration, _ report: inout ConfigurationReport) {
        if !ids.insert(tenant.tenantId).inserted {
            report.mistake("tenantId", "is also that of another tenant")
        }
        for host in Set(tenant.allowedHosts).sorted() {
            if let other = hosts[host], other != tenant.tenantId {
                report.mistake("allowedHosts", "must not contain \(host), which leads to the tenant \(other)")
            }
            hosts[host] = tenant.tenantId
        }
        for (index, key) in tenant.apiKeys.enumerated() {
            if !keys.insert(key.digest.bytes).inserted {
                report.mistake("apiKeys[\(index)]", "must be a key of its own; another entry has the same")
            }
            if profile == .production, !key.isStoredHashed {
                let form = "\(TenantAPIKey.digestPrefix)<64 hexadecimal digits>"
                report.mistake("apiKeys[\(index)]", "must be \(form) in the production profile")
            }
        }
        if profile == .production, !tenant.hasCredentials, tenant.allowedHosts.isEmpty {
            report.warning("", "the tenant has neither credentials nor hosts, so no request can reach it")
        }
    }
}
