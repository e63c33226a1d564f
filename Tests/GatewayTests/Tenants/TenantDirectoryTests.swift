import RoostGateway
import RoostRuntime
import Testing

struct TenantDirectoryTests {
    private static let files = [
        "alpha.json": #"""
        {"tenantId": "alpha", "allowedHosts": ["alpha.localhost", "::1"],
         "apiKeys": [{"id": "web", "key": "sha256:677509799AF78b2efa2f2af71d0f906e0a0c50c048efd3b515625f788e92b99a"}]}
        """#,
        "beta.json": #"{"tenantId": "beta", "allowedHosts": ["beta.localhost"], "apiKeys": ["beta-key"]}"#,
        "notes.txt": "not JSON",
        ".hidden.json": "not JSON",
    ]

    @Test func `development without a directory has two tenants`() async throws {
        let directory = try await TenantDirectory.load(directory: nil, profile: .development)
        #expect(directory.ids == ["alpha", "beta"])
        #expect(directory.tenant(host: "beta.localhost:8080")?.id.text == "beta")
        #expect(directory.tenants.allSatisfy { !$0.configuration.hasCredentials })
    }

    @Test func `a tenant is found by id, host and key`() async throws {
        let directory = try await TenantDirectory.fixture(Self.files)
        #expect(directory.ids == ["alpha", "beta"])
        #expect(directory.tenant(id: "beta")?.id.text == "beta")
        #expect(directory.tenant(host: "ALPHA.localhost:443")?.id.text == "alpha")
        #expect(directory.tenant(host: "[0:0::1]:443")?.id.text == "alpha")
        #expect(directory.tenant(apiKey: "alpha-key")?.id.text == "alpha")
        #expect(directory.tenant(apiKey: "beta-key")?.id.text == "beta")
    }

    @Test(arguments: [
        "constructor", "__proto__", "a:b", "../x", "", String(repeating: "a", count: 64), "Alpha", "alpha ", "alpha:",
    ])
    func `names nobody has lead nowhere`(name: String) async throws {
        let directory = try await TenantDirectory.fixture(Self.files)
        #expect(directory.tenant(id: name) == nil)
        #expect(directory.tenant(host: name) == nil)
        #expect(directory.tenant(apiKey: name) == nil)
    }

    @Test func `unknown fields are warnings`() async throws {
        let directory = try await TenantDirectory.fixture([
            "a.json": #"{"tenantId": "a", "contextMesages": 5, "cors": {"origins": []}}"#
        ])
        #expect(directory.warnings.map(\.field) == ["cors.origins", "contextMesages"])
        #expect(directory.warnings.first?.reason.contains("allowedOrigins") == true)
    }

    @Test func `a file with another tenant's name is a warning`() async throws {
        let directory = try await TenantDirectory.fixture(["b.json": #"{"tenantId": "a"}"#])
        #expect(directory.warnings.map(\.description) == ["t/b.json: tenantId: differs from the name of the file"])
    }
}
