import HTTPTypes
import RoostObjects
import Testing

@testable import RoostGateway

struct TenantTests {
    private func tenant(routes: [String: TenantRateLimit.Rule]) -> Tenant {
        var configuration = TenantConfiguration(tenantId: "alpha")
        configuration.rateLimit.rule = .tokenBucket(capacity: 10, refillPerSecond: 1e9)
        configuration.rateLimit.routes = routes
        return Tenant(configuration: configuration)
    }

    @Test func `a group with a rule of its own counts apart, every other one has the tenant's`() {
        let tenant = tenant(routes: ["chat": .tokenBucket(capacity: 2, refillPerSecond: 1)])
        let (chat, isOwn) = tenant.limit(of: .chat)
        #expect(isOwn)
        #expect(chat.policy.limit == 2)
        #expect(chat.header.value == #""default";q=2;w=2"#)
        let (sessions, isSessionsOwn) = tenant.limit(of: .sessions)
        #expect(!isSessionsOwn)
        #expect(sessions.policy.limit == 10)
        #expect(tenant.limit.policy == sessions.policy)
    }

    @Test func `a refill faster than a limiter can count is as fast as it can`() {
        let (limit, _) = tenant(routes: [:]).limit(of: .other)
        guard case .tokenBucket(let bucket) = limit.policy else { Issue.record("not a bucket"); return }
        #expect(bucket.refillPerSecond == Double(EdgeObjectLimits.rateLimitMax))
    }

    @Test func `a configuration that was not checked does not become a tenant`() async {
        await #expect(processExitsWith: .failure) {
            _ = Tenant(configuration: TenantConfiguration(tenantId: "a:b"))
        }
    }
}
