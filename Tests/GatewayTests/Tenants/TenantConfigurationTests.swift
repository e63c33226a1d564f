import FoundationEssentials
import RoostGateway
import RoostRuntime
import Testing

struct TenantConfigurationTests {
    private static func read(_ json: String) throws -> TenantConfiguration {
        try JSONDecoder().decode(TenantConfiguration.self, from: Data(json.utf8))
    }

    @Test func `every field but the id has a default`() throws {
        let tenant = try Self.read(#"{"tenantId": "alpha"}"#)
        #expect(tenant.tenantId == "alpha")
        #expect(tenant.allowedHosts.isEmpty)
        #expect(tenant.allowedOrigins.isEmpty)
        #expect(!tenant.hasCredentials)
        #expect(tenant.aiModels == ModelChoice())
        #expect(tenant.sessionRetentionDays == 30)
        #expect(tenant.maxMessagesPerSession == 1000)
        #expect(tenant.contextMessages == 20)
        #expect(tenant.systemPrompt == nil)
        #expect(!tenant.trustUserHeader)
        #expect(!tenant.rateLimit.failOpen)
        let rule = TenantRateLimit.Rule.slidingWindow(limit: 60, windowSeconds: 60, burst: 20, burstWindowSeconds: 10)
        #expect(tenant.rateLimit.rule == rule)
    }

    @Test func `every field is read`() throws {
        let tenant = try Self.read(
            #"""
            {
              "tenantId": "alpha", "allowedHosts": ["Alpha.LOCALHOST", "[::1]"],
              "apiKeys": ["plain", {"id": "web", "key": "alpha-key", "role": "admin"}],
              "jwt": {"issuer": "i", "audience": "a", "secretEnv": "S", "roleClaim": "r", "leewaySeconds": 5},
              "cors": {"allowedOrigins": ["https://app.alpha.example", "http://localhost:3000"]},
              "aiModels": {"chat": "m-1", "fallback": "m-2", "embeddings": "e", "allowed": ["m-1", "m-3"]},
              "rateLimit": {
                "tokenBucket": {"capacity": 10, "refillPerSecond": 0.5}, "failOpen": true,
                "routes": {"chat": {"slidingWindow": {"limit": 5, "windowSeconds": 4}}}
              },
              "tokenBudget": {"daily": 1000, "monthly": 20000}, "costBudgetMicros": {"daily": 5250},
              "sessionRetentionDays": 7, "maxMessagesPerSession": 50, "contextMessages": 5,
              "systemPrompt": "Be kind.", "trustUserHeader": true, "featureFlags": {"beta": true}
            }
            """#
        )
        #expect(tenant.allowedHosts == ["alpha.localhost", "::1"])
        #expect(tenant.apiKeys.map(\.id) == ["key-1", "web"])
        #expect(tenant.apiKeys.map(\.role) == [.user, .admin])
        #expect(tenant.jwt?.issuer == "i")
        #expect(tenant.jwt?.audience == "a")
        #expect(tenant.jwt?.roleClaim == "r")
        #expect(tenant.jwt?.leewaySeconds == 5)
        #expect(tenant.allowedOrigins == ["https://app.alpha.example", "http://localhost:3000"])
        #expect(
            tenant.aiModels
                == ModelChoice(chat: "m-1", fallback: "m-2", embeddings: "e", allowed: ["m-1", "m-3"])
        )
        #expect(tenant.rateLimit.rule == .tokenBucket(capacity: 10, refillPerSecond: 0.5))
        #expect(tenant.rateLimit.failOpen)
        let chat = TenantRateLimit.Rule.slidingWindow(limit: 5, windowSeconds: 4, burst: 5, burstWindowSeconds: 4)
        #expect(tenant.rateLimit.routes == ["chat": chat])
        #expect(tenant.tokenBudget.daily == 1000)
        #expect(tenant.tokenBudget.monthly == 20_000)
        #expect(tenant.dailyCostBudgetMicros == 5250)
        #expect(tenant.sessionRetentionDays == 7)
        #expect(tenant.maxMessagesPerSession == 50)
        #expect(tenant.contextMessages == 5)
        #expect(tenant.systemPrompt == "Be kind.")
        #expect(tenant.trustUserHeader)
        #expect(tenant.featureFlags == ["beta": true])
    }

    @Test(arguments: ["a", "constructor", "a-b-0", String(repeating: "x", count: 63)])
    func `these are ids`(id: String) {
        #expect(TenantID.isValid(id))
    }

    @Test(arguments: [
        "", "__proto__", "a:b", "../x", "Alpha", "a b", "é", "a\u{0}", String(repeating: "x", count: 64),
    ])
    func `these are no ids`(id: String) {
        #expect(!TenantID.isValid(id))
    }

    @Test func `keys appear in no description`() throws {
        let tenant = try Self.read(#"{"tenantId": "alpha", "apiKeys": ["alpha-key"]}"#)
        var dumped = ""
        dump(tenant.apiKeys, to: &dumped)
        #expect(!dumped.contains("alpha-key"))
        #expect(!"\(tenant)".contains("alpha-key"))
    }

    @Test func `a mistake in a part of a larger file is reported with its path`() {
        #expect {
            try Self.read(#"{"tenantId": "alpha", "contextMessages": "many"}"#)
        } throws: { error in
            "\(error)" == "contextMessages: must be a whole number, but is a string"
        }
    }
}
