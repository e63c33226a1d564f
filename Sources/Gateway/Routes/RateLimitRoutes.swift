import Hummingbird
import RoostObjects
import RoostRuntime

/// Roost as the limiter of other applications.
struct RateLimitRoutes: Sendable {
    let limits: RateLimitService

    func add(to table: inout RouteTable<EdgeRoute>) {
        table.add(.post, "/rate-limit/check", .rateLimit, check)
        table.add(.get, "/rate-limit/usage", .rateLimit, usage)
        table.add(.post, "/rate-limit/reset", .rateLimit, reset)
    }

    private struct CheckBody: Decodable, PlainlyWritten {
        var key: String
        var cost: WholeNumber?

        init?(_ plain: PlainObject) {
            guard let key = plain.text("key"), let cost = plain.numberIfPresent("cost") else { return nil }
            self.key = key
            self.cost = cost.map(WholeNumber.init)
        }
    }

    private struct ResetBody: Decodable {
        var key: String
    }

    private struct WasReset: Encodable {
        var reset = true
    }

    @Sendable private func check(_ request: EdgeRequest) async throws -> Response {
        let body = try await request.body(CheckBody.self)
        let cost = body.cost?.value ?? 1
        guard (1...EdgeObjectLimits.rateLimitMax).contains(cost) else {
            throw EdgeError.invalid("cost", "must be between 1 and \(EdgeObjectLimits.rateLimitMax)")
        }
        let decision = try await limits.check(key: Self.checked(body.key), cost: cost, tenant: request.tenant)
        return RateLimitAnswer(decision).response(trace: request.trace)
    }

    @Sendable private func usage(_ request: EdgeRequest) async throws -> Response {
        let key = try Self.checked(request.query.required("key"))
        let decision = try await limits.usage(key: key, tenant: request.tenant)
        return RateLimitAnswer(decision).response(trace: request.trace)
    }

    @Sendable private func reset(_ request: EdgeRequest) async throws -> Response {
        guard request.principal.role == .admin else {
            throw EdgeError(.forbidden, "This needs the credential of an administrator.")
        }
        let body = try await request.body(ResetBody.self)
        try await limits.reset(key: Self.checked(body.key), tenant: request.tenant)
        return try Envelope.success(WasReset(), trace: request.trace)
    }

    private static func checked(_ key: String) throws(EdgeError) -> String {
        guard (1...RateLimitService.keyBytesMax).contains(key.utf8.count) else {
            throw .invalid("key", "must have 1 to \(RateLimitService.keyBytesMax) bytes")
        }
        return key
    }
}
