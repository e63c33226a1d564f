package import Distributed
package import RoostRuntime

/// Counts its WebSockets' messages, and answers each with two that carry the count.
///
/// A message says who sends it; so the object can tell whether the socket is still the one that it accepted.
package distributed actor SimulatedRoom: DurableObject {
    package static let key = "number"
    /// How long the answer is to somebody who asks for much.
    package static let muchBytes = 100

    private let storage: ObjectStorage
    private let context: ObjectContext

    package init(context: ObjectContext) throws {
        actorSystem = context.actorSystem
        storage = context.storage
        self.context = context
        context.setWebSocketAutoResponse(try WebSocketRequestResponsePair(request: "ping", response: "pong"))
    }

    package func fetch(_ request: ObjectRequest) async throws -> ObjectResponse {
        let who = request.queryValue("who") ?? ""
        let pair = WebSocketPair()
        try context.acceptWebSocket(pair.server, tags: [who, "all"]).serializeAttachment(who)
        return .webSocket(pair.client)
    }

    package func webSocketMessage(_ socket: WebSocket, _ message: WebSocketMessage) async throws {
        guard case .text(let text) = message else { return }
        do {
            try answer(text, socket)
        } catch {
            // Somebody waits for an answer.
            try? socket.send("sorry \(text)")
            throw error
        }
    }

    private func answer(_ text: String, _ socket: WebSocket) throws {
        let who = String(text.prefix { $0 != "/" })
        let attachment = try socket.deserializeAttachment(as: String.self)
        guard try socket.tags == [who, "all"], attachment == who, context.getWebSockets(tag: who).contains(socket)
        else {
            return try socket.send("lost: \(text)")
        }
        switch text.drop(while: { $0 != "/" }).dropFirst() {
        case "broadcast":
            let number = try count()
            for other in context.getWebSockets(tag: "all") { try other.send("\(number) broadcast") }
        case "much":
            let head = "\(try count()) much "
            try socket.send(head + String(repeating: "x", count: Self.muchBytes - head.utf8.count))
        case "reset":
            _ = try count()
            try socket.send("never")
            try context.abort("The room was asked to.")
        default:
            let number = try count()
            try socket.send("\(number) a \(text)")
            try socket.send("\(number) b \(text)")
        }
    }

    package func webSocketClosed(_ socket: WebSocket, _ close: WebSocketClose) async throws { try noteEnd(of: socket) }

    package func webSocketFailed(_ socket: WebSocket, _ error: WebSocketError) async throws { try noteEnd(of: socket) }

    private func noteEnd(of socket: WebSocket) throws {
        guard let who = try socket.deserializeAttachment(as: String.self) else { return }
        let key = "closed \(who)"
        try storage.put(key, (try storage.get(key, as: Int.self) ?? 0) + 1)
    }

    private func count() throws -> Int {
        let number = (try storage.get(Self.key, as: Int.self) ?? 0) + 1
        try storage.put(Self.key, number)
        return number
    }

    /// How often the object was told of the end of each socket.
    package distributed func closes() throws -> [String: Int] {
        var closes: [String: Int] = [:]
        for (key, count) in try storage.list(ListOptions(prefix: "closed "), as: Int.self) {
            closes[String(key.dropFirst("closed ".count))] = count
        }
        return closes
    }
}
