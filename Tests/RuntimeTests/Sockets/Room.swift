import RoostRuntime
import RoostTesting
import Synchronization

/// Talks over WebSockets as its test has written down, and notes what it hears.
///
/// Each test uses names of its own.
distributed actor Room: DurableObject {
    struct Script: Sendable {
        typealias Handler<Event> = @Sendable (isolated Room, WebSocket, Event) async throws -> Void

        var starting: (@Sendable (ObjectContext) async throws -> Void)?
        /// Runs in a critical section of the initializer.
        var loading: (@Sendable (isolated Room) async throws -> Void)?
        var accepted: (@Sendable (isolated Room, WebSocket) async throws -> Void)?
        var message: Handler<WebSocketMessage>?
        var closed: Handler<WebSocketClose>?
        var failed: Handler<WebSocketError>?
    }

    static let scripts = Mutex<[String: Script]>([:])
    private static let logs = Mutex<[String: [String]]>([:])

    let context: ObjectContext
    let storage: ObjectStorage
    private let name: String
    private let script: Script

    init(context: ObjectContext) async throws {
        actorSystem = context.actorSystem
        storage = context.storage
        name = context.id.name ?? ""
        script = Self.scripts.withLock { [name] in $0[name] } ?? Script()
        self.context = context
        Self.note("wake", in: name)
        try await script.starting?(context)
        if let loading = script.loading { try await context.blockConcurrencyWhile { try await loading(self) } }
    }

    /// What the room has heard, and that it was woken.
    static func heard(in name: String) -> [String] { logs.withLock { $0[name] ?? [] } }

    static func note(_ what: String, in name: String) { logs.withLock { $0[name, default: []].append(what) } }

    func fetch(_ request: ObjectRequest) async throws -> ObjectResponse {
        guard request.isWebSocketUpgrade else { return .text("no socket") }
        let pair = WebSocketPair()
        let tags = request.query.map { $0.split(separator: "&").map(String.init) } ?? []
        try context.acceptWebSocket(pair.server, tags: tags)
        try await script.accepted?(self, pair.server)
        return .webSocket(pair.client, subprotocol: request.subprotocols.first)
    }

    func webSocketMessage(_ socket: WebSocket, _ message: WebSocketMessage) async throws {
        if case .text(let text) = message { note("message \(text)") } else { note("bytes \(message.byteCount)") }
        guard let handler = script.message else { return try socket.send(message) }
        try await handler(self, socket, message)
    }

    func webSocketClosed(_ socket: WebSocket, _ close: WebSocketClose) async throws {
        note("closed \(close.code) \(close.reason) \(close.wasClean)")
        try await script.closed?(self, socket, close)
    }

    func webSocketFailed(_ socket: WebSocket, _ error: WebSocketError) async throws {
        note("failed \(error)")
        try await script.failed?(self, socket, error)
    }

    private func note(_ what: String) { Self.note(what, in: name) }

    func count() throws -> Int {
        let number = (try storage.get("number", as: Int.self) ?? 0) + 1
        try storage.put("number", number)
        return number
    }

    distributed func say(_ text: String, to tag: String? = nil) throws {
        for socket in context.getWebSockets(tag: tag) { try socket.send(text) }
    }

    distributed func abort() throws { try context.abort("test broken") }

    distributed func sockets(_ tag: String? = nil) throws -> [[String]] {
        try context.getWebSockets(tag: tag).map { try $0.tags }
    }
}

extension TestWebSocket {
    /// The texts that wait, and the code of the end.
    var heard: [String] {
        waiting.map { received in
            switch received {
            case .message(.text(let text)): text
            case .message(.binary(let bytes)): "\(bytes)"
            case .closed(let close): "closed \(close.code) \(close.reason)"
            }
        }
    }
}
