import FoundationEssentials
public import HTTPTypes

/// What an object answers to a request.
///
/// ```swift
/// func fetch(_ request: ObjectRequest) async throws -> ObjectResponse {
///     guard request.path == "/count" else { return .text("There is nothing here.", status: .notFound) }
///     return try .json(["count": storage.get("count", as: Int.self) ?? 0])
/// }
/// ```
///
/// It leaves the object when everything that was changed before is durable.
public struct ObjectResponse: Sendable {
    /// The status.
    public var status: HTTPResponse.Status

    /// The header fields.
    ///
    /// Whoever puts the response on the wire adds what that needs: lengths, dates.
    public var headerFields: HTTPFields

    /// What comes after the head.
    public var body: ObjectBody

    /// The caller's end of a WebSocket, when the response is the beginning of one; else nil.
    public let webSocket: WebSocketClientEnd?

    /// A response.
    public init(status: HTTPResponse.Status = .ok, headerFields: HTTPFields = [:], body: ObjectBody = .empty) {
        self.status = status
        self.headerFields = headerFields
        self.body = body
        webSocket = nil
    }

    private init(_ webSocket: WebSocketClientEnd, subprotocol: String?) {
        status = .switchingProtocols
        headerFields = [:]
        headerFields[.secWebSocketProtocol] = subprotocol
        body = .empty
        self.webSocket = webSocket
    }

    /// A response with a text.
    public static func text(_ text: String, status: HTTPResponse.Status = .ok) -> ObjectResponse {
        ObjectResponse(
            status: status,
            headerFields: [.contentType: "text/plain; charset=utf-8"],
            body: .text(text)
        )
    }

    /// A response with a value as JSON.
    ///
    /// - Throws: ``RoostError/Code/typeMismatch`` when it cannot be written as JSON.
    public static func json(
        _ value: some Encodable,
        status: HTTPResponse.Status = .ok
    ) throws(RoostError) -> ObjectResponse {
        ObjectResponse(
            status: status,
            headerFields: [.contentType: "application/json"],
            body: .bytes(try ValueCoding.json(value))
        )
    }

    /// The answer to a request for a WebSocket: the caller gets this end of the pair.
    ///
    /// ```swift
    /// let pair = WebSocketPair()
    /// try context.acceptWebSocket(pair.server, tags: ["room"])
    /// return .webSocket(pair.client)
    /// ```
    ///
    /// - Parameters:
    ///   - client: The end that the object has not accepted.
    ///   - subprotocol: Which of ``ObjectRequest/subprotocols`` is spoken.
    public static func webSocket(_ client: WebSocketClientEnd, subprotocol: String? = nil) -> ObjectResponse {
        ObjectResponse(client, subprotocol: subprotocol)
    }

    /// The protocol that is spoken over the WebSocket, if the object has chosen one.
    public var subprotocol: String? { webSocket == nil ? nil : headerFields[.secWebSocketProtocol] }
}
