package import Hummingbird
import HummingbirdCore
import Logging
import NIOHTTP1
import RoostObjects
import RoostRuntime

/// Takes every request through the same steps, in the order of the contract.
///
/// 1. trace id, 2. CORS preflight, 3. health, 4. declared size, 5. tenant and authentication, 6. rate limit,
/// 7. route and method, 8. body, 9. handler.
///
/// Whatever happens on the way, the answer has the trace id, the CORS headers of the tenant, the rate limit's headers
/// once it was asked, and one line in the log.
package struct EdgeResponder: HTTPResponder {
    package typealias Context = EdgeContext

    let routes: RouteTable<EdgeRoute>
    let health: HealthRoutes
    let resolver: TenantResolver
    let origins: OriginPolicy
    let rateLimits: RateLimitService
    let addresses: ClientAddress
    let connections: ConnectionRegistry
    let lifecycle: EdgeLifecycle
    let limits: EdgeLimits
    let clock: any RuntimeClock
    let random: any RandomSource
    let logger: Logger

    package func respond(to request: Request, context: EdgeContext) async throws -> Response {
        var exchange = Exchange(
            trace: TraceID(headers: request.headers, random: random),
            match: routes.match(Self.method(of: request), path: request.uri.path)
        )
        var log = RequestLog(
            trace: exchange.trace,
            method: request.method,
            route: exchange.template,
            startedAt: clock.elapsed
        )
        let connection = connections.connection(of: context)
        var response: Response
        do {
            response = try await settled(&exchange) { exchange in
                try await answer(request, connection, &exchange)
            }
        } catch let error as HTTPParserError {
            // The connection is beyond repair; the server answers that by itself and closes it.
            throw error
        } catch {
            let error = EdgeError(mapping: error)
            log.errorCode = error.code
            log.cause = error.cause
            response = Envelope.failure(error, trace: exchange.trace)
        }
        if response.status != .switchingProtocols { connection.withdrawOffer() }
        response.headers.reserveCapacity(HTTPFields.customaryCount)
        response.headers[.xTraceID] = exchange.trace.text
        if let ruling = exchange.ruling {
            RateLimitHeaders.add(
                ruling.decision,
                policy: ruling.limit.header,
                now: clock.now,
                to: &response.headers
            )
        }
        if response.status != .noContent, let origin = request.headers.value(of: .origin) {
            let cors = origins.policy(tenant: exchange.tenant, host: request.head.authority)
            response.headers.append(contentsOf: cors.headers(origin: origin))
        }
        log.tenant = exchange.tenant?.id.text
        return logged(request.method == .head ? response.createHeadResponse() : response, log)
    }

    /// A request for the head of an answer is one for the answer, of which the body then stays here.
    private static func method(of request: Request) -> HTTPRequest.Method {
        request.method == .head ? .get : request.method
    }

    /// What is found out about a request step by step; what was known before a step failed still shapes the answer.
    private struct Exchange {
        let trace: TraceID
        let match: RouteTable<EdgeRoute>.Match
        let template: String?
        let group: RouteGroup
        var tenant: Tenant?
        /// What the limiter has said.
        var ruling: RateLimitService.Ruling?
        /// What must be durable before anything is answered.
        var durability: EarlyReply?

        init(trace: TraceID, match: RouteTable<EdgeRoute>.Match) {
            self.trace = trace
            self.match = match
            switch match {
            case .route(let route, _): (template, group) = (route.template, route.handler.group)
            case .otherMethod(let template, _): (self.template, group) = (template, .other)
            case .none: (template, group) = (nil, .other)
            }
        }
    }

    /// Holds an answer, good or bad, until the count of the request is durable.
    private func settled(
        _ exchange: inout Exchange,
        _ answer: (inout Exchange) async throws -> Response
    ) async throws -> Response {
        let response: Response
        do {
            response = try await answer(&exchange)
        } catch {
            try await settle(&exchange)
            throw error
        }
        try await settle(&exchange)
        return response
    }

    private func settle(_ exchange: inout Exchange) async throws {
        guard let durability = exchange.durability else { return }
        exchange.durability = nil
        do {
            try await durability.passage()
        } catch {
            try limiterFailed(error, exchange)
        }
    }

    /// A limiter that cannot be asked refuses the request, unless the tenant lets it pass.
    private func limiterFailed(_ error: any Error, _ exchange: Exchange) throws(EdgeError) {
        guard exchange.tenant?.configuration.rateLimit.failOpen == true else {
            throw EdgeError.overloaded("The rate limit cannot be checked now; try again shortly.", cause: error)
        }
        logger.warning(
            "rate limiter failed, request let through",
            metadata: ["traceId": .string(exchange.trace.text)]
        )
    }

    private func answer(
        _ request: Request,
        _ connection: ClientConnection,
        _ exchange: inout Exchange
    ) async throws -> Response {
        if CORS.isPreflight(request.head), let origin = request.headers.value(of: .origin) {
            let policy = origins.policy(tenant: nil, host: request.head.authority)
            return Response(status: .noContent, headers: policy.preflightHeaders(origin: origin))
        }
        if let response = try health.answer(Self.method(of: request), path: request.uri.path) { return response }
        guard !lifecycle.isDraining else { throw EdgeError.notReady("The server is shutting down.") }
        let bodyLimit = exchange.group.bodyLimit(limits)
        try RequestBodyReader.checkDeclaredLength(request, limit: bodyLimit)
        let access = try await admit(request, &exchange)
        let tenant = access.tenant
        if exchange.group != .operations {
            try await limit(request, access, connection, &exchange)
        }
        let (route, parameters) = try Self.route(exchange.match)
        let isUpgrade = WebSocketHandshake.isAskedFor(request.head)
        if isUpgrade { try checkOrigin(request, tenant) }
        if exchange.group.hasEffects || Self.method(of: request) != .get || isUpgrade, exchange.group != .rateLimit {
            // What has effects begins when the count is safe: a refusal must mean that nothing was done. A limit that
            // is asked and then cannot be answered for may count too much, but never too little.
            try await settle(&exchange)
        }
        return try await route.handler.handle(
            EdgeRequest(
                trace: exchange.trace,
                http: request,
                tenant: tenant,
                principal: access.principal,
                connection: connection,
                parameters: parameters,
                query: QueryParameters(request.uri.query),
                bodyLimit: bodyLimit
            )
        )
    }

    /// Refuses a WebSocket to a page of an origin that is not on the tenant's list.
    ///
    /// A browser keeps other origins from reading answers, but not from opening WebSockets: that is left to the server.
    private func checkOrigin(_ request: Request, _ tenant: Tenant) throws(EdgeError) {
        guard let origin = request.headers[.origin], !Self.isSame(origin, as: request.head.authority) else { return }
        guard origins.policy(tenant: tenant, host: request.head.authority).allows(origin) else {
            throw EdgeError(.forbidden, "Pages of this origin may not open WebSockets here.")
        }
    }

    private static func isSame(_ origin: String, as authority: String?) -> Bool {
        guard let authority = authority?.lowercased() else { return false }
        return origin == "https://" + authority || origin == "http://" + authority
    }

    /// Finds the tenant and checks the credential.
    private func admit(_ request: Request, _ exchange: inout Exchange) async throws(EdgeError) -> TenantAccess {
        let now = clock.now.milliseconds / 1000
        let result = await resolver.resolve(request.headers, host: request.head.authority, now: now)
        switch result {
        case .success(let access):
            exchange.tenant = access.tenant
            return access
        case .failure(.tenantRequired):
            throw EdgeError(
                .tenantRequired,
                "Name a tenant: send x-tenant-id, use its host, or present its credential."
            )
        case .failure(.tenantUnknown):
            throw EdgeError(.tenantUnknown, "There is no such tenant.")
        case .failure(.unauthorized):
            throw EdgeError(
                .unauthorized,
                "Present a valid credential of this tenant, as x-api-key or as bearer token.",
                headers: [.wwwAuthenticate: "Bearer realm=\"roost\""]
            )
        case .failure(.keysUnavailable(let cause)):
            throw EdgeError.notReady("Tokens cannot be checked now; try again shortly.", cause: cause)
        }
    }

    /// Takes one request from the client's limit.
    private func limit(
        _ request: Request,
        _ access: TenantAccess,
        _ connection: ClientConnection,
        _ exchange: inout Exchange
    ) async throws {
        let tenant = access.tenant
        let client = ClientKey(
            request,
            principal: access.principal,
            tenant: tenant,
            address: addresses.resolve(connection.peer, headers: request.headers)
        )
        let ruling: RateLimitService.Ruling
        do {
            ruling = try await rateLimits.admit(client, group: exchange.group, tenant: tenant)
        } catch {
            return try limiterFailed(error, exchange)
        }
        exchange.durability = ruling.durability
        exchange.ruling = ruling
        guard ruling.decision.allowed else {
            throw EdgeError(.rateLimited, "Too many requests; see the headers retry-after and ratelimit.")
        }
    }

    private static func route(
        _ match: RouteTable<EdgeRoute>.Match
    ) throws(EdgeError) -> (RouteTable<EdgeRoute>.Route, [String: String]) {
        switch match {
        case .route(let route, let parameters): return (route, parameters)
        case .none: throw .notFound("route")
        case .otherMethod(_, let allowed):
            let names = allowed.map(\.rawValue).sorted().joined(separator: ", ")
            throw EdgeError(.methodNotAllowed, "This path takes \(names).", headers: [.allow: names])
        }
    }

    /// Writes the request's line: now if the length of the answer is known, else after its last byte.
    private func logged(_ response: Response, _ log: RequestLog) -> Response {
        let status = response.status.code
        guard response.body.contentLength == nil else {
            log.write(status: status, bytes: response.body.contentLength ?? 0, now: clock.elapsed, to: logger)
            return response
        }
        var response = response
        let body = response.body
        response.body = ResponseBody { [clock, logger] writer in
            let counter = ByteCounter()
            defer { log.write(status: status, bytes: counter.bytes, now: clock.elapsed, to: logger) }
            try await body.write(CountingWriter(base: writer, counter: counter))
        }
        return response
    }
}
