public import HTTPTypes
public import RoostRuntime

/// WebSockets without a network.
extension RoostTest {
    /// Asks an object for a WebSocket.
    ///
    /// - Parameters:
    ///   - stub: The object.
    ///   - path: The path with its query.
    ///   - subprotocols: The protocols to offer, the best first.
    ///   - headerFields: More header fields.
    /// - Returns: The other side of the object's socket.
    /// - Throws: ``WebSocketRefused`` when the object answers otherwise; what its `fetch` throws.
    public func connect<Object: DurableObject>(
        to stub: Object,
        path: String = "/",
        subprotocols: [String] = [],
        headerFields: HTTPFields = [:]
    ) async throws -> TestWebSocket {
        try await connect(to: stub, path: path, subprotocols: subprotocols, headerFields: headerFields, arriving: nil)
    }

    /// Asks an object for a WebSocket, and has `arriving` called with all that the object sends, as soon as it does.
    package func connect<Object: DurableObject>(
        to stub: Object,
        path: String = "/",
        subprotocols: [String] = [],
        headerFields: HTTPFields = [:],
        arriving: (@Sendable (TestWebSocket.Received) -> Void)?
    ) async throws -> TestWebSocket {
        var fields = headerFields
        fields[.connection] = "Upgrade"
        fields[.upgrade] = "websocket"
        fields[.secWebSocketVersion] = "13"
        if !subprotocols.isEmpty { fields[.secWebSocketProtocol] = subprotocols.joined(separator: ", ") }
        let response = try await stub.fetch(path, headerFields: fields)
        guard response.status == .switchingProtocols, let end = response.webSocket else {
            throw WebSocketRefused(response: response)
        }
        return TestWebSocket(end, subprotocol: response.subprotocol, executor: executor, arriving: arriving)
    }
}

/// An object that was asked for a WebSocket answered with something else.
public struct WebSocketRefused: Error, CustomStringConvertible {
    /// What it answered.
    public let response: ObjectResponse

    /// The status it answered with.
    public var description: String { "The object answered with \(response.status) and not with a WebSocket." }
}
