import Distributed
import FoundationEssentials
public import RoostRuntime

// The WebSockets of a session: they belong to it while it sleeps, and hear everything that is said in it.
//
// The session does not answer what comes over them. Answering needs models, limits and budgets, which live in the
// gateway; so the gateway reads what a client sends on its way here, runs the exchange as it does for any request, and
// has the session tell all its sockets. What the session hears itself is only that a socket has come or gone.
extension ChatSession {
    /// What the gateway's request for a WebSocket says.
    public struct Joining: Sendable, Codable {
        /// Who joins; must be allowed to use the session.
        public var caller: SessionCaller
        /// How much of the session is kept.
        public var policy: SessionPolicy

        /// Creates a request's body.
        public init(caller: SessionCaller, policy: SessionPolicy) {
            self.caller = caller
            self.policy = policy
        }

        /// The body as bytes.
        public func bytes() throws -> [UInt8] { Array(try JSONEncoder().encode(self)) }
    }

    /// The largest body of a request, in bytes.
    private static var joiningBytesMax: Int { 64 * 1024 }

    /// Lets a WebSocket join.
    ///
    /// Only the gateway sends requests here: the class cannot be made public.
    ///
    /// - Throws: ``ChatSessionError/notFound`` for a session that does not exist or is somebody else's.
    public func fetch(_ request: ObjectRequest) async throws -> ObjectResponse {
        guard request.isWebSocketUpgrade else {
            return .text("This session takes WebSockets only.", status: .badRequest)
        }
        let body = try await request.body.collect(upTo: Self.joiningBytesMax)
        let joining = try JSONDecoder().decode(Joining.self, from: Data(body))
        _ = try opened(by: joining.caller, joining.policy)
        let pair = WebSocketPair()
        try objectContext.acceptWebSocket(pair.server)
        objectContext.setWebSocketAutoResponse(try WebSocketRequestResponsePair(request: "ping", response: "pong"))
        return .webSocket(pair.client)
    }

    /// Sends a text to all sockets of the session.
    ///
    /// - Returns: How many there are.
    @discardableResult
    public distributed func broadcast(_ text: String) throws -> Int {
        let sockets = objectContext.getWebSockets()
        for socket in sockets {
            do {
                try socket.send(text)
            } catch {
                // Nobody shall take what has a gap for the whole.
                try? socket.close(code: 1_013, reason: "The session has too much to say; try again later.")
            }
        }
        return sockets.count
    }

    /// How many sockets listen.
    public distributed func listeners() -> Int { listenerCount }

    var listenerCount: Int { objectContext.getWebSockets().count }

    /// The session is no more, so nobody listens to it.
    func closeSockets() {
        for socket in objectContext.getWebSockets() {
            try? socket.close(code: 4404, reason: "The session was deleted.")
        }
    }
}
