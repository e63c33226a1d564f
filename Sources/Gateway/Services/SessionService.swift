import Logging
package import RoostObjects
import RoostRuntime

/// Reaches the sessions of a tenant, and keeps the tenant's list of them up to date.
package struct SessionService: Sendable {
    private let sessions: ObjectNamespace<ChatSession>
    private let indexes: ObjectNamespace<SessionIndex>
    private let logger: Logger

    init(roost: Roost, logger: Logger) throws(RoostError) {
        sessions = try roost.objects(of: ChatSession.self)
        indexes = try roost.objects(of: SessionIndex.self)
        self.logger = logger
    }

    package func create(
        _ new: NewSession,
        id: SessionID,
        caller: SessionCaller,
        tenant: Tenant
    ) async throws -> CreatedSession {
        let created = try await session(id, tenant).create(new, caller: caller, policy: tenant.sessionPolicy)
        if created.isNew { await enter(created.session, id, tenant) }
        return created
    }

    package func metadata(
        _ id: SessionID,
        caller: SessionCaller,
        tenant: Tenant
    ) async throws -> SessionMetadata {
        try await session(id, tenant).metadata(caller: caller, policy: tenant.sessionPolicy)
    }

    package func history(
        _ request: HistoryRequest,
        of id: SessionID,
        caller: SessionCaller,
        tenant: Tenant
    ) async throws -> HistoryPage {
        try await session(id, tenant).history(request, caller: caller, policy: tenant.sessionPolicy)
    }

    package func append(
        _ message: NewChatMessage,
        to id: SessionID,
        caller: SessionCaller,
        tenant: Tenant,
        creating: Bool,
        contextLimit: Int
    ) async throws -> AppendedMessage {
        let appended = try await session(id, tenant).append(
            message,
            caller: caller,
            policy: tenant.sessionPolicy,
            creating: creating,
            contextLimit: contextLimit
        )
        await enter(appended.session, id, tenant)
        return appended
    }

    /// Deletes a session at once, also in the middle of an exchange; that exchange then has nowhere to put its answer
    /// and says so.
    package func delete(_ id: SessionID, caller: SessionCaller, tenant: Tenant) async throws {
        try await session(id, tenant).delete(caller: caller, policy: tenant.sessionPolicy)
        try await index(tenant).remove(id.text)
    }

    /// Joins a session with a WebSocket, and creates the session if there is none.
    ///
    /// - Throws: ``ChatSessionError/notFound`` for somebody else's session.
    func join(
        _ id: SessionID,
        caller: SessionCaller,
        tenant: Tenant
    ) async throws -> WebSocketClientEnd {
        do {
            _ = try await create(NewSession(), id: id, caller: caller, tenant: tenant)
        } catch ChatSessionError.conflict {
            // The tenant itself may join any session; whether others may is decided there.
        }
        let joining = ChatSession.Joining(caller: caller, policy: tenant.sessionPolicy)
        let response = try await session(id, tenant).fetch(
            "/socket",
            headerFields: [.upgrade: "websocket"],
            body: .bytes(joining.bytes())
        )
        guard let end = response.webSocket else { throw EdgeError(.internalError, "The session cannot be joined.") }
        return end
    }

    /// Tells all WebSockets of a session something, and says how many there are.
    ///
    /// What they miss they find in the history, so a failure is logged and no more.
    @discardableResult
    func broadcast(_ text: String, to id: SessionID, tenant: Tenant) async -> Int {
        do {
            return try await session(id, tenant).broadcast(text)
        } catch {
            logger.warning(
                "sockets of a session were not told",
                metadata: ["tenant": .string(tenant.id.text), "cause": .string("\(type(of: error))")]
            )
            return 0
        }
    }

    /// How many WebSockets listen to a session.
    func listeners(_ id: SessionID, tenant: Tenant) async -> Int {
        (try? await session(id, tenant).listeners()) ?? 0
    }

    package func list(
        user: String?,
        limit: Int,
        cursor: SessionCursor?,
        tenant: Tenant
    ) async throws -> SessionPage {
        try await index(tenant).list(user: user, limit: limit, cursor: cursor, policy: tenant.sessionPolicy)
    }

    /// Tells the list, where a failure is logged and no more: the session is the truth, and its next change repairs the
    /// list.
    private func enter(_ session: SessionMetadata, _ id: SessionID, _ tenant: Tenant) async {
        do {
            try await index(tenant).upsert(SessionSummary(sessionId: id.text, session), policy: tenant.sessionPolicy)
        } catch {
            logger.warning(
                "list of sessions was not updated",
                metadata: ["tenant": .string(tenant.id.text), "cause": .string("\(type(of: error))")]
            )
        }
    }

    private func session(_ id: SessionID, _ tenant: Tenant) throws -> ChatSession {
        try sessions.tenant(tenant.id).get(id.text)
    }

    private func index(_ tenant: Tenant) throws -> SessionIndex {
        try indexes.tenant(tenant.id).get(SessionIndex.objectName)
    }
}

extension Tenant {
    /// How much of a session this tenant keeps.
    var sessionPolicy: SessionPolicy {
        SessionPolicy(
            retentionDays: configuration.sessionRetentionDays,
            maxMessages: configuration.maxMessagesPerSession
        )
    }
}
