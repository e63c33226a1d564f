import Testing

@testable import RoostGateway

/// Tenants made of the text that would stand in their files.
enum TestTenants {
    /// Makes tenants from one JSON text each.
    static func make(
        _ texts: String...,
        profile: EdgeProfile = .development,
        environment: [String: String] = [:]
    ) async throws -> TenantDirectory {
        let files = Dictionary(
            uniqueKeysWithValues: texts.enumerated().map { ("tenants/\($0.offset).json", Array($0.element.utf8)) }
        )
        let source = ConfigurationSource(
            environment: { environment[$0] },
            files: { _ in files.keys.map { String($0.dropFirst("tenants/".count)) } },
            contents: { files[$0] }
        )
        return try await TenantDirectory.load(directory: "tenants", profile: profile, source: source)
    }

    /// Two tenants with keys of their own; `alpha` has an administrator.
    static func guarded() async throws -> TenantDirectory {
        try await make(
            """
            {"tenantId": "alpha", "allowedHosts": ["alpha.localhost"],
             "apiKeys": [{"id": "web", "key": "alpha-key"}, {"id": "ops", "key": "alpha-admin-key", "role": "admin"}],
             "cors": {"allowedOrigins": ["https://app.alpha.example"]}}
            """,
            #"{"tenantId": "beta", "apiKeys": [{"id": "web", "key": "beta-key"}]}"#
        )
    }

    /// One tenant with this rate limit.
    static func limited(_ rateLimit: String, more: String = "") async throws -> TenantDirectory {
        try await make(#"{"tenantId": "alpha", "rateLimit": \#(rateLimit)\#(more)}"#)
    }
}
