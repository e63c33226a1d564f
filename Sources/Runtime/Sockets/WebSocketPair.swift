/// The two ends of a new WebSocket.
///
/// ```swift
/// func fetch(_ request: ObjectRequest) async throws -> ObjectResponse {
///     let pair = WebSocketPair()
///     try context.acceptWebSocket(pair.server, tags: [request.queryValue("user") ?? "guest"])
///     return .webSocket(pair.client)
/// }
/// ```
public struct WebSocketPair {
    /// The end that goes into the response; see ``ObjectResponse/webSocket(_:subprotocol:)``.
    public let client: WebSocketClientEnd

    /// The end that the object accepts; see ``ObjectContext/acceptWebSocket(_:tags:)``.
    public let server: WebSocket

    /// Creates a pair.
    public init() {
        let record = SocketRecord()
        client = WebSocketClientEnd(record)
        server = WebSocket(record, of: nil)
    }
}

@available(*, unavailable)
extension WebSocketPair: Sendable {}

/// A text, and what every WebSocket of an object that says it is answered without the object.
public struct WebSocketRequestResponsePair: Hashable, Sendable {
    /// The text that is answered; it must be equal in every byte of its UTF-8.
    public let request: String

    /// The answer.
    public let response: String

    /// How many bytes either may have.
    static let bytesMax = 2_048

    /// A text and its answer.
    ///
    /// - Throws: ``RoostError/Code/limitExceeded`` when one has more than 2,048 bytes.
    public init(request: String, response: String) throws(RoostError) {
        for (what, text) in [("Request", request), ("Response", response)] where text.utf8.count > Self.bytesMax {
            throw RoostError(
                .limitExceeded,
                "\(what) cannot be larger than \(Self.bytesMax) bytes. "
                    + "A \(what.lowercased()) of size \(text.utf8.count) was provided."
            )
        }
        self.request = request
        self.response = response
    }
}
