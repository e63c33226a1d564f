import Hummingbird
import RoostRuntime

/// Whether the service lives, is ready, and what it is.
struct HealthRoutes: Sendable {
    let roost: Roost
    let lifecycle: EdgeLifecycle
    let monitor: ProviderMonitor
    let models: ModelService
    let profile: EdgeProfile

    private struct Alive: Encodable {
        var status = "ok"
    }

    private struct Readiness: Encodable {
        var status: String
        var checks: [String: String]
    }

    private struct TenantHealth: Encodable {
        var status: String
        var tenantId: String
        var environment: String
        var modelId: String
        var version: String
    }

    /// Answers the two routes that need no tenant, or gives `nil` for any other.
    func answer(_ method: HTTPRequest.Method, path: String) throws -> Response? {
        switch path {
        case "/healthz" where method == .get: try JSONText.response(Alive())
        case "/readyz" where method == .get: try readiness()
        default: nil
        }
    }

    func add(to table: inout RouteTable<EdgeRoute>) {
        // The table knows the first two for their methods and templates; they are answered before a tenant is looked
        // for.
        table.add(.get, "/healthz", .operations) { _ in try JSONText.response(Alive()) }
        table.add(.get, "/readyz", .operations) { _ in try readiness() }
        table.add(.get, "/health", .operations, health)
    }

    private var checks: [String: String] {
        [
            "store": roost.health.isStoreWritable ? "ok" : "failing",
            "provider": monitor.isAnswering ? "ok" : "failing",
            "server": lifecycle.isDraining || roost.health.isDraining ? "draining" : "ok",
        ]
    }

    private func readiness() throws -> Response {
        let checks = checks
        let isReady = checks.values.allSatisfy { $0 == "ok" }
        return try JSONText.response(
            Readiness(status: isReady ? "ready" : "not_ready", checks: checks),
            status: isReady ? .ok : .serviceUnavailable,
            headers: isReady ? [:] : [.retryAfter: "5"]
        )
    }

    @Sendable private func health(_ request: EdgeRequest) async throws -> Response {
        try Envelope.success(
            TenantHealth(
                status: checks.values.allSatisfy { $0 == "ok" } ? "healthy" : "degraded",
                tenantId: request.tenant.id.text,
                environment: profile.description,
                modelId: models.modelId(requested: nil, models: request.tenant.configuration.aiModels),
                version: RoostVersion.text
            ),
            trace: request.trace
        )
    }
}
