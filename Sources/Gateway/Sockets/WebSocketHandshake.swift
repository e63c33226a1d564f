import Crypto
import FoundationEssentials
package import HTTPTypes
package import Hummingbird

/// The opening handshake, as far as it can be judged from the request alone.
package struct WebSocketHandshake: Sendable, Hashable {
    /// The only version of the protocol there is.
    package static let version = "13"

    /// What the server proves with that it has understood the request.
    package let accept: String
    /// The subprotocols the client offers, in its order.
    package let offered: [String]

    /// Whether a request asks for an upgrade to WebSocket, rightly or not.
    package static func isAskedFor(_ request: HTTPRequest) -> Bool {
        tokens(request.headerFields[values: .upgrade]).contains { $0.lowercased() == "websocket" }
    }

    /// Reads a request's handshake.
    ///
    /// - Throws: ``EdgeErrorCode/methodNotAllowed``, ``EdgeErrorCode/upgradeRequired``,
    ///   ``EdgeErrorCode/invalidRequest`` naming the header.
    package init(_ request: HTTPRequest) throws(EdgeError) {
        let fields = request.headerFields
        guard Self.isAskedFor(request) else { throw Self.upgradeRequired("This path takes WebSockets only.") }
        guard request.method == .get else {
            throw EdgeError(.methodNotAllowed, "A WebSocket begins with GET.", headers: [.allow: "GET"])
        }
        guard Self.tokens(fields[values: .connection]).contains(where: { $0.lowercased() == "upgrade" }) else {
            throw .invalid("connection", "must say upgrade")
        }
        guard fields[.contentLength] ?? "0" == "0", fields[.transferEncoding] == nil else {
            throw .invalid("body", "must be empty in a handshake")
        }
        let versions = Self.tokens(fields[values: .secWebSocketVersion])
        guard versions == [Self.version] else {
            throw Self.upgradeRequired("This server speaks version \(Self.version) of the WebSocket protocol.")
        }
        let keys = fields[values: .secWebSocketKey]
        guard keys.count == 1, let key = keys.first, Data(base64Encoded: key)?.count == 16 else {
            throw .invalid("sec-websocket-key", "must be 16 bytes in base64")
        }
        let digest = Insecure.SHA1.hash(data: Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
        accept = Data(digest).base64EncodedString()
        offered = Self.tokens(fields[values: .secWebSocketProtocol])
    }

    /// The answer that turns the connection into a WebSocket.
    ///
    /// - Parameter chosen: The subprotocol; it must be one of those that were offered.
    package func response(subprotocol chosen: String?) throws(EdgeError) -> Response {
        var headers: HTTPFields = [.upgrade: "websocket", .connection: "upgrade", .secWebSocketAccept: accept]
        if let chosen {
            guard offered.contains(chosen) else {
                throw EdgeError(.objectError, "The object chose a subprotocol that the client did not offer.")
            }
            headers[.secWebSocketProtocol] = chosen
        }
        return Response(status: .switchingProtocols, headers: headers)
    }

    private static func upgradeRequired(_ message: String) -> EdgeError {
        EdgeError(
            .upgradeRequired,
            message,
            headers: [.upgrade: "websocket", .connection: "upgrade", .secWebSocketVersion: version]
        )
    }

    /// The members of a list that may stand in several fields.
    private static func tokens(_ values: [String]) -> [String] {
        values.flatMap { $0.split(separator: ",") }.map { String($0.trimmingSpaces()) }.filter { !$0.isEmpty }
    }
}
