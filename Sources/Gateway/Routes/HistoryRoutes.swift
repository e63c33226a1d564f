import Hummingbird
import RoostObjects

/// Reading what was said in a session.
struct HistoryRoutes: Sendable {
    let sessions: SessionService

    func add(to table: inout RouteTable<EdgeRoute>) {
        table.add(.get, "/chat/{id}/history", .sessions, history)
        table.add(.get, "/chat/sessions/{id}/messages", .sessions, history)
    }

    private struct Page: Encodable {
        var sessionId: String
        var messages: [ChatMessage]
        var cursor: ChatMessageID?
    }

    @Sendable private func history(_ request: EdgeRequest) async throws -> Response {
        let id = try SessionID.parse(request.parameter("id"))
        let page = try await sessions.history(
            Self.page(request.query),
            of: id,
            caller: request.caller(),
            tenant: request.tenant
        )
        return try Envelope.success(
            Page(sessionId: id.text, messages: page.messages, cursor: page.cursor),
            trace: request.trace
        )
    }

    private static func page(_ query: QueryParameters) throws(EdgeError) -> HistoryRequest {
        var page = HistoryRequest(
            limit: try query.integer("limit", in: 1...EdgeObjectLimits.pageMax, default: 50)
        )
        if let text = query.text("order") {
            guard let order = HistoryRequest.Order(rawValue: text) else {
                throw .invalid("order", "must be asc or desc")
            }
            page.order = order
        }
        if let text = query.text("before") {
            guard let cursor = ChatMessageID(text) else { throw .invalid("before", "must be the id of a message") }
            page.cursor = cursor
        }
        return page
    }
}
