import Hummingbird
import HummingbirdCore
import RoostObjects
import RoostRuntime

/// `GET /chat/{id}/ws`: a session's conversation over a WebSocket; see `docs/websockets.md` for what is said over it.
struct ChatSocketRoutes: Sendable {
    let chat: ChatService
    let rateLimits: RateLimitService
    let addresses: ClientAddress
    let lifecycle: EdgeLifecycle
    let random: any RandomSource
    /// How much may wait for a client that does not read, in bytes.
    let pendingBytesMax: Int

    func add(to table: inout RouteTable<EdgeRoute>) {
        table.add(.get, "/chat/{id}/ws", .chat, join)
    }

    @Sendable private func join(_ request: EdgeRequest) async throws -> Response {
        let handshake = try request.handshake()
        let id = try SessionID.parse(request.parameter("id"))
        let caller = try request.caller()
        let end = try await chat.sessions.join(id, caller: caller, tenant: request.tenant)
        let talk = ChatTalk(
            chat: chat,
            sessionId: id,
            caller: caller,
            tenant: request.tenant,
            connection: request.connection,
            limit: MessageLimit(
                rateLimits: rateLimits,
                client: ClientKey(
                    request.http,
                    principal: request.principal,
                    tenant: request.tenant,
                    address: addresses.resolve(request.connection.peer, headers: request.http.headers)
                ),
                tenant: request.tenant
            ),
            lifecycle: lifecycle,
            random: random
        )
        return try request.upgrade(handshake) { transport in
            ChatSocket(
                base: end.attach(transport),
                transport: transport,
                talk: talk,
                pendingBytesMax: pendingBytesMax
            )
        }
    }
}
