import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// One user of one tenant, talking to a server over a socket.
struct EdgeClient: Sendable {
    /// The server answered, but not as it should.
    struct UnexpectedAnswer: Error, CustomStringConvertible {
        let description: String
    }

    let http: HTTPClient
    let url: String
    let tenant: String
    let user: String

    /// The largest answer that is read as a whole.
    private static let bytesMax = 16 << 20

    /// Asks a question whose answer comes as a whole.
    func chat(_ message: String, in session: String) async throws -> ChatReply {
        try await json(.POST, "/chat", ChatBody(sessionId: session, message: message, stream: false))
    }

    /// Asks a question whose answer is streamed; hands over each frame as it comes.
    ///
    /// - Throws: also when the stream ends without `done`, or contains an error.
    func stream(
        _ message: String,
        in session: String,
        onFrame: (EventFrame) async throws -> Void
    ) async throws {
        let response = try await send(.POST, "/chat", ChatBody(sessionId: session, message: message, stream: true))
        try await Self.expectSuccess(response)
        guard response.headers.first(name: "content-type") == "text/event-stream; charset=utf-8" else {
            throw UnexpectedAnswer(description: "A stream with headers \(response.headers).")
        }
        var parser = EventFrameParser()
        var isDone = false
        for try await bytes in response.body {
            for frame in parser.take(Array(buffer: bytes)) {
                guard !isDone, frame.event != "error" else {
                    throw UnexpectedAnswer(description: "A frame out of place: \(frame)")
                }
                isDone = frame.event == "done"
                try await onFrame(frame)
            }
        }
        guard isDone else { throw UnexpectedAnswer(description: "The stream ended without `done`.") }
    }

    /// Everything said in a session, oldest first.
    func history(of session: String) async throws -> HistoryPage {
        try await json(.GET, "/chat/sessions/\(session)/messages?order=asc&limit=1000", Nothing?.none)
    }

    func metadata(of session: String) async throws -> SessionMetadata {
        try await json(.GET, "/chat/sessions/\(session)", Nothing?.none)
    }

    /// The sessions of this user.
    func sessions() async throws -> [SessionMetadata] {
        let list: SessionList = try await json(.GET, "/chat/sessions?userId=\(user)", Nothing?.none)
        return list.sessions
    }

    /// Takes one from a limit.
    func check(_ key: String) async throws -> LimitReply {
        try await json(.POST, "/rate-limit/check", LimitBody(key: key))
    }

    /// Says what is left of a limit.
    func usage(of key: String) async throws -> LimitReply {
        try await json(.GET, "/rate-limit/usage?key=\(key)", Nothing?.none)
    }

    /// The status of a path that needs no tenant.
    func status(of path: String) async throws -> UInt {
        let response = try await http.execute(HTTPClientRequest(url: url + path), deadline: .distantFuture)
        _ = try await response.body.collect(upTo: Self.bytesMax)
        return response.status.code
    }

    private struct Nothing: Encodable {}

    private struct Envelope<Payload: Decodable>: Decodable {
        let data: Payload
    }

    private func json<Answer: Decodable>(
        _ method: HTTPMethod,
        _ path: String,
        _ body: (some Encodable)?
    ) async throws -> Answer {
        let response = try await send(method, path, body)
        try await Self.expectSuccess(response)
        let bytes = try await response.body.collect(upTo: Self.bytesMax)
        do {
            return try JSONDecoder().decode(Envelope<Answer>.self, from: Data(Array(buffer: bytes))).data
        } catch {
            throw UnexpectedAnswer(description: "\(method) \(path): \(String(buffer: bytes))")
        }
    }

    private func send(_ method: HTTPMethod, _ path: String, _ body: (some Encodable)?) async throws
        -> HTTPClientResponse
    {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        request.headers.add(name: "x-tenant-id", value: tenant)
        request.headers.add(name: "x-user-id", value: user)
        if let body {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(body)))
        }
        return try await http.execute(request, deadline: .distantFuture)
    }

    private static func expectSuccess(_ response: HTTPClientResponse) async throws {
        guard response.status != .ok else { return }
        let text = String(buffer: try await response.body.collect(upTo: bytesMax))
        throw UnexpectedAnswer(description: "\(response.status): \(text)")
    }
}

extension HTTPClient {
    /// Runs `body` with a client that opens as many connections as it is asked for and tries nothing twice.
    static func with<R>(_ body: (HTTPClient) async throws -> R) async throws -> R {
        var configuration = HTTPClient.Configuration(timeout: .init(connect: .seconds(30)))
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 512
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Result<R, any Error>
        do { result = .success(try await body(client)) } catch { result = .failure(error) }
        try await client.shutdown()
        return try result.get()
    }
}
