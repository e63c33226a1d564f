import RoostRuntime

/// An object whose hibernating sockets send back what comes; what `bench sockets` and the conformance suite talk to.
///
/// A text that begins with `+` is counted durably first; one that begins with `*` goes to all sockets.
distributed actor EchoObject: DurableObject {
    private let storage: ObjectStorage
    private let context: ObjectContext

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
        self.context = context
    }

    func fetch(_ request: ObjectRequest) throws -> ObjectResponse {
        guard request.isWebSocketUpgrade else { return .text("Open a WebSocket.", status: .badRequest) }
        let pair = WebSocketPair()
        try context.acceptWebSocket(pair.server)
        return .webSocket(pair.client, subprotocol: request.subprotocols.first)
    }

    func webSocketMessage(_ socket: WebSocket, _ message: WebSocketMessage) throws {
        switch message {
        case .text(let text) where text.hasPrefix("+"):
            try storage.put("count", (try storage.get("count", as: Int.self) ?? 0) + 1)
            try socket.send(message)
        case .text(let text) where text.hasPrefix("*"):
            for other in context.getWebSockets() { try other.send(message) }
        default: try socket.send(message)
        }
    }
}
