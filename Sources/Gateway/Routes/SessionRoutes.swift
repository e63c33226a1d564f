import Hummingbird
import RoostObjects
import RoostRuntime

/// Creating, listing, describing and deleting sessions.
struct SessionRoutes: Sendable {
    let sessions: SessionService
    let random: any RandomSource

    func add(to table: inout RouteTable<EdgeRoute>) {
        table.add(.post, "/chat/sessions", .sessions, create)
        table.add(.get, "/chat/sessions", .sessions, list)
        table.add(.get, "/chat/sessions/{id}", .sessions, describe)
        table.add(.delete, "/chat/sessions/{id}", .sessions, delete)
        table.add(.delete, "/chat/{id}", .sessions, delete)
    }

    private struct CreateBody: Decodable {
        var sessionId: String?
        var userId: String?
        var title: String?
        var metadata: [String: JSONValue]?
    }

    private struct Created: Encodable {
        var sessionId: String
        var createdAt: Timestamp
        var expiresAt: Timestamp
    }

    private struct Description: Encodable {
        var sessionId: String
        var tenantId: String
        var userId: String?
        var title: String?
        var metadata: [String: JSONValue]?
        var messageCount: Int
        var createdAt: Timestamp
        var updatedAt: Timestamp
        var expiresAt: Timestamp
    }

    private struct Deleted: Encodable {
        var deleted = true
    }

    @Sendable private func create(_ request: EdgeRequest) async throws -> Response {
        let body = try await request.optionalBody(CreateBody.self) ?? CreateBody()
        let id = try body.sessionId.map { text throws(EdgeError) in try SessionID.parse(text) }
        let caller = try request.caller(naming: request.claimedUser(body: body.userId))
        let sessionId = try id ?? SessionID.parse(random.uuid())
        let created = try await sessions.create(
            NewSession(title: body.title, metadata: body.metadata),
            id: sessionId,
            caller: caller,
            tenant: request.tenant
        )
        return try Envelope.success(
            Created(
                sessionId: sessionId.text,
                createdAt: created.session.createdAt,
                expiresAt: created.session.expiresAt
            ),
            status: created.isNew ? .created : .ok,
            headers: [.location: "/chat/sessions/\(sessionId)"],
            trace: request.trace
        )
    }

    @Sendable private func list(_ request: EdgeRequest) async throws -> Response {
        let caller = try request.caller()
        var cursor: SessionCursor?
        if let text = request.query.text("cursor") {
            guard let parsed = SessionCursor(text) else { throw EdgeError.invalid("cursor", "is not one of ours") }
            cursor = parsed
        }
        let page = try await sessions.list(
            user: caller.user,
            limit: request.query.integer("limit", in: 1...EdgeObjectLimits.pageMax, default: 50),
            cursor: cursor,
            tenant: request.tenant
        )
        return try Envelope.success(page, trace: request.trace)
    }

    @Sendable private func describe(_ request: EdgeRequest) async throws -> Response {
        let id = try SessionID.parse(request.parameter("id"))
        let session = try await sessions.metadata(id, caller: request.caller(), tenant: request.tenant)
        return try Envelope.success(
            Description(
                sessionId: id.text,
                tenantId: request.tenant.id.text,
                userId: session.userId,
                title: session.title,
                metadata: session.metadata,
                messageCount: session.messageCount,
                createdAt: session.createdAt,
                updatedAt: session.updatedAt,
                expiresAt: session.expiresAt
            ),
            trace: request.trace
        )
    }

    @Sendable private func delete(_ request: EdgeRequest) async throws -> Response {
        let id = try SessionID.parse(request.parameter("id"))
        try await sessions.delete(id, caller: request.caller(), tenant: request.tenant)
        return try Envelope.success(Deleted(), trace: request.trace)
    }
}
