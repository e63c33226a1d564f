package import Hummingbird
import HummingbirdCore
import RoostRuntime

extension EdgeRequest {
    /// What the request's header fields say about an upgrade.
    ///
    /// - Throws: What ``WebSocketHandshake/init(_:)`` throws.
    package func handshake() throws(EdgeError) -> WebSocketHandshake { try WebSocketHandshake(http.head) }

    /// Agrees to an upgrade: the connection becomes a WebSocket as soon as the answer is written.
    ///
    /// - Parameters:
    ///   - handshake: The request's.
    ///   - subprotocol: Which of those that were offered is spoken.
    ///   - attach: Connects the WebSocket; see ``WebSocketUpgrade``.
    /// - Throws: ``EdgeErrorCode/objectError`` for a subprotocol that was not offered.
    package func upgrade(
        _ handshake: WebSocketHandshake,
        subprotocol: String? = nil,
        attach: @escaping WebSocketUpgrade.Attach
    ) throws(EdgeError) -> Response {
        let response = try handshake.response(subprotocol: subprotocol)
        connection.offer(WebSocketUpgrade(attach: attach))
        return response
    }
}
