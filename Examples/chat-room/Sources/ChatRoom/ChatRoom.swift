import RoostRuntime

/// A room: whoever is in it hears what is said, and whoever comes later hears the last of what was said before.
///
/// Nothing about the people is in a field: the room sleeps while nobody says anything, and its sockets stay open
/// meanwhile. Who somebody is stands with their socket, in its tag (to find it by) and in its attachment (to call them
/// by).
public distributed actor ChatRoom: DurableObject {
    /// So many lines are kept for those who come later.
    static let linesKept = 50
    /// The longest name and the longest line, in bytes.
    static let nameBytesMax = 64
    static let textBytesMax = 2_000

    /// The table of what was said.
    public static let schemaMigrations = [
        SchemaMigration(
            1,
            "lines",
            "CREATE TABLE lines (id INTEGER PRIMARY KEY, name TEXT NOT NULL, text TEXT NOT NULL);"
        )
    ]

    private let context: ObjectContext
    private let storage: ObjectStorage

    /// Wakes the room, which remembers nobody: the sockets do.
    public init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
        self.context = context
    }

    // MARK: Coming

    /// Gives the page, or lets somebody in.
    public func fetch(_ request: ObjectRequest) throws -> ObjectResponse {
        guard request.isWebSocketUpgrade else { return ChatRoomPage.response }
        guard let name = request.queryValue("name"), Self.isName(name) else {
            return .text("Say who you are, in at most \(Self.nameBytesMax) bytes: ?name=Ada", status: .badRequest)
        }
        let tag = name.lowercased()
        let isNew = context.getWebSockets(tag: tag).isEmpty
        let pair = WebSocketPair()
        let socket = try context.acceptWebSocket(pair.server, tags: [tag])
        try socket.serializeAttachment(name)
        // So the page can see that the line is alive, and the room sleeps on.
        context.setWebSocketAutoResponse(try WebSocketRequestResponsePair(request: "ping", response: "pong"))
        for line in try history() { try socket.send(line.json) }
        if isNew { try tell(Line(kind: .came, name: name)) }
        return .webSocket(pair.client)
    }

    private static func isName(_ name: String) -> Bool {
        name.utf8.count <= nameBytesMax && name.contains { !$0.isWhitespace }
    }

    // MARK: Saying

    /// Tells everybody what somebody says, and keeps it for those who come later.
    public func webSocketMessage(_ socket: WebSocket, _ message: WebSocketMessage) throws {
        guard case .text(let text) = message else {
            return try socket.close(code: 1003, reason: "This room takes text only.")
        }
        let name = try name(of: socket)
        guard !text.isEmpty, text.utf8.count <= Self.textBytesMax else {
            let refusal = "Say something, in at most \(Self.textBytesMax) bytes."
            return try socket.send(Line(kind: .refused, name: name, text: refusal).json)
        }
        let line = Line(kind: .said, name: name, text: text)
        try keep(line)
        try tell(line)
    }

    // MARK: Going

    /// Tells the others that somebody has left.
    public func webSocketClosed(_ socket: WebSocket, _ close: WebSocketClose) throws { try left(socket) }

    /// Tells the others that somebody has left, who was too slow or talked nonsense.
    public func webSocketFailed(_ socket: WebSocket, _ error: WebSocketError) throws { try left(socket) }

    /// Says so when it was the last socket of that person; they may have several windows.
    private func left(_ socket: WebSocket) throws {
        for tag in try socket.tags where context.getWebSockets(tag: tag).allSatisfy({ $0 == socket }) {
            try tell(Line(kind: .left, name: name(of: socket)))
        }
    }

    // MARK: What is kept

    /// What was said last, the oldest first.
    distributed func history() throws -> [Line] {
        try storage.sql.execute("SELECT name, text FROM lines ORDER BY id").all().map { row in
            Line(kind: .said, name: try row.get("name", as: String.self), text: try row.get("text", as: String.self))
        }
    }

    private func keep(_ line: Line) throws {
        try storage.sql.execute("INSERT INTO lines (name, text) VALUES (?, ?)", line.name, line.text)
        try storage.sql.execute("DELETE FROM lines WHERE id <= (SELECT max(id) FROM lines) - ?", Self.linesKept)
    }

    // MARK: Sockets

    /// Nobody hears a line before it is durable: what is sent waits for what was stored before.
    private func tell(_ line: Line) throws {
        let text = try line.json
        // One that is closing takes nothing more; the others hear it all the same.
        for socket in context.getWebSockets() { try? socket.send(text) }
    }

    private func name(of socket: WebSocket) throws -> String {
        try socket.deserializeAttachment(as: String.self) ?? "somebody"
    }
}
