import RoostGateway
import Testing

struct TenantResolverTests {
    private static let files = [
        "alpha.json": #"""
        {"tenantId": "alpha", "allowedHosts": ["alpha.localhost"],
         "apiKeys": [{"id": "web", "key": "sha256:677509799af78b2efa2f2af71d0f906e0a0c50c048efd3b515625f788e92b99a",
                      "role": "admin"}]}
        """#,
        "beta.json": #"""
        {"tenantId": "beta", "allowedHosts": ["beta.localhost"],
         "apiKeys": [{"id": "app", "key": "sha256:7a3d637bc601f7000cc2c33141c8c8a7554e02e319fa8b293a0c88c613b77620"}],
         "jwt": {"issuer": "https://issuer.example", "audience": "roost", "secretEnv": "S"}}
        """#,
        "gamma.json": #"""
        {"tenantId": "gamma", "jwt": {"issuer": "https://issuer.example", "audience": "roost", "secretEnv": "S"}}
        """#,
        "open.json": #"{"tenantId": "open", "allowedHosts": ["open.localhost"]}"#,
    ]

    /// What a request comes to: `tenant as principal`, or the code of the error.
    private static func outcome(
        _ headers: [String: String],
        host: String? = nil,
        profile: EdgeProfile = .production,
        now: Int64 = 1500
    ) async throws -> String {
        let environment = ["S": TokenFixtures.secret]
        let directory = try await TenantDirectory.fixture(files, profile: profile, environment: environment)
        let resolver = TenantResolver(directory: directory, profile: profile)
        switch await resolver.resolve(try .fixture(headers), host: host, now: now) {
        case .success(let access):
            return switch access.principal {
            case .anonymous: "\(access.tenant.id) as anonymous"
            case .apiKey(let id, let role): "\(access.tenant.id) as key \(id), \(role)"
            case .user(let subject, let role): "\(access.tenant.id) as user \(subject), \(role)"
            }
        case .failure(let error):
            return switch error {
            case .tenantRequired: "tenant_required"
            case .tenantUnknown: "tenant_unknown"
            case .unauthorized: "unauthorized"
            case .keysUnavailable: "not_ready"
            }
        }
    }

    @Test func `a key leads to its tenant and proves it`() async throws {
        #expect(try await Self.outcome(["x-api-key": "alpha-key"]) == "alpha as key web, admin")
        #expect(try await Self.outcome(["authorization": "Bearer alpha-key"]) == "alpha as key web, admin")
        #expect(try await Self.outcome(["authorization": "bearer  beta-key"]) == "beta as key app, user")
    }

    @Test func `the header goes before the host, and the host before the key`() async throws {
        let headers = ["x-tenant-id": "alpha", "x-api-key": "alpha-key"]
        #expect(try await Self.outcome(headers, host: "beta.localhost") == "alpha as key web, admin")
        #expect(try await Self.outcome(["x-api-key": "alpha-key"], host: "beta.localhost") == "unauthorized")
        #expect(try await Self.outcome(["x-api-key": "beta-key"], host: "BETA.localhost:80") == "beta as key app, user")
    }

    @Test func `naming a tenant proves nothing`() async throws {
        #expect(try await Self.outcome(["x-tenant-id": "alpha"]) == "unauthorized")
        #expect(try await Self.outcome([:], host: "alpha.localhost") == "unauthorized")
        #expect(try await Self.outcome(["x-tenant-id": "alpha"], profile: .development) == "unauthorized")
    }

    @Test func `another tenant's key opens nothing`() async throws {
        #expect(try await Self.outcome(["x-tenant-id": "alpha", "x-api-key": "beta-key"]) == "unauthorized")
        #expect(try await Self.outcome(["x-tenant-id": "gamma", "x-api-key": "beta-key"]) == "unauthorized")
    }

    @Test func `a wrong key is wrong`() async throws {
        #expect(try await Self.outcome(["x-api-key": "nobody's"]) == "unauthorized")
        #expect(try await Self.outcome(["authorization": "Bearer nobody's"]) == "unauthorized")
        #expect(try await Self.outcome(["x-tenant-id": "alpha", "x-api-key": "nobody's"]) == "unauthorized")
        let long = String(repeating: "k", count: 100_000)
        #expect(try await Self.outcome(["x-tenant-id": "alpha", "x-api-key": long]) == "unauthorized")
    }

    @Test(arguments: [
        "constructor", "__proto__", "a:b", "../x", "", String(repeating: "a", count: 64), "Alpha", "alpha, beta",
    ])
    func `a name nobody has is unknown, whatever else the request says`(name: String) async throws {
        let headers = ["x-tenant-id": name, "x-api-key": "alpha-key"]
        #expect(try await Self.outcome(headers, host: "alpha.localhost") == "tenant_unknown")
    }

    @Test func `a request that names nobody is told so`() async throws {
        #expect(try await Self.outcome([:]) == "tenant_required")
        #expect(try await Self.outcome([:], host: "elsewhere.example") == "tenant_required")
        #expect(try await Self.outcome(["x-api-key": ""]) == "tenant_required")
        #expect(try await Self.outcome(["authorization": "Basic YTpi"]) == "tenant_required")
        #expect(try await Self.outcome(["authorization": "Bearer \(TokenFixtures.hs256)"]) == "tenant_required")
    }

    @Test func `a token proves its tenant and names its user`() async throws {
        let headers = ["x-tenant-id": "gamma", "authorization": "Bearer \(TokenFixtures.hs256)"]
        #expect(try await Self.outcome(headers) == "gamma as user ada, user")
        #expect(try await Self.outcome(headers, now: 2000) == "unauthorized")
        let admin = ["x-tenant-id": "gamma", "authorization": "Bearer \(TokenFixtures.hs256Admin)"]
        #expect(try await Self.outcome(admin) == "gamma as user ada, admin")
    }

    @Test func `a token at a tenant without tokens is wrong`() async throws {
        let headers = ["x-tenant-id": "alpha", "authorization": "Bearer \(TokenFixtures.hs256)"]
        #expect(try await Self.outcome(headers) == "unauthorized")
    }

    @Test func `with a key and a token the user counts`() async throws {
        let headers = ["x-api-key": "beta-key", "authorization": "Bearer \(TokenFixtures.hs256)"]
        #expect(try await Self.outcome(headers) == "beta as user ada, user")
    }

    @Test func `a right credential does not outweigh a wrong one`() async throws {
        let expired = ["x-api-key": "beta-key", "authorization": "Bearer \(TokenFixtures.hs256)"]
        #expect(try await Self.outcome(expired, now: 3000) == "unauthorized")
        let wrongKey = ["x-api-key": "x", "authorization": "Bearer \(TokenFixtures.hs256)", "x-tenant-id": "beta"]
        #expect(try await Self.outcome(wrongKey) == "unauthorized")
    }

    @Test func `a tenant without credentials is open at its host`() async throws {
        #expect(try await Self.outcome([:], host: "open.localhost") == "open as anonymous")
        let both = ["x-tenant-id": "open"]
        #expect(try await Self.outcome(both, host: "open.localhost") == "open as anonymous")
    }

    @Test func `only development trusts the header alone`() async throws {
        #expect(try await Self.outcome(["x-tenant-id": "open"], profile: .development) == "open as anonymous")
        #expect(try await Self.outcome(["x-tenant-id": "open"]) == "unauthorized")
        #expect(try await Self.outcome(["x-tenant-id": "open"], host: "beta.localhost") == "unauthorized")
    }
}
