public import HTTPTypes
import Hummingbird
public import HummingbirdCore
import NIOCore
package import RoostGateway

/// Sends requests into an edge service without a socket.
public struct GatewayClient: Sendable {
    private let responder: EdgeResponder

    package init(responder: EdgeResponder) {
        self.responder = responder
    }

    /// Sends a request and waits for the whole answer.
    ///
    /// - Parameters:
    ///   - uri: Path and query.
    ///   - method: The method.
    ///   - headers: The headers.
    ///   - body: The body; its length is declared.
    ///   - host: The host it is addressed to.
    ///   - address: Where the request seems to come from.
    public func execute(
        uri: String,
        method: HTTPRequest.Method = .get,
        headers: HTTPFields = [:],
        body: String? = nil,
        host: String = "localhost",
        address: String = "192.0.2.1"
    ) async throws -> GatewayAnswer {
        var headers = headers
        if let body { headers[.contentLength] = String(body.utf8.count) }
        let requestBody = RequestBody(buffer: ByteBuffer(string: body ?? ""))
        return try await execute(
            uri: uri,
            method: method,
            headers: headers,
            stream: requestBody,
            host: host,
            address: address
        )
    }

    /// Sends a request whose body arrives in pieces, with whatever length the headers claim.
    public func execute(
        uri: String,
        method: HTTPRequest.Method,
        headers: HTTPFields,
        stream: RequestBody,
        host: String = "localhost",
        address: String = "192.0.2.1"
    ) async throws -> GatewayAnswer {
        let connection = ClientConnection(address: address)
        let response = try await respond(uri, method, host, headers, stream, connection)
        let collector = CollectingWriter()
        try await response.body.write(collector)
        return GatewayAnswer(status: response.status, headers: response.headers, body: collector.collected)
    }

    /// Sends a request and reads the answer piece by piece, at the pace of `use`.
    ///
    /// When `use` returns, the client leaves; the rest of the answer is not taken.
    public func withStream<Result: Sendable>(
        uri: String,
        method: HTTPRequest.Method = .post,
        headers: HTTPFields = [:],
        body: String,
        host: String = "localhost",
        address: String = "192.0.2.1",
        _ use: (GatewayStream) async throws -> Result
    ) async throws -> Result {
        let relay = FrameRelay<ByteBuffer>()
        // As with a socket, writing to a connection that was closed fails.
        let connection = ClientConnection(address: address) { relay.close() }
        let requestBody = RequestBody(buffer: ByteBuffer(string: body))
        let response = try await respond(uri, method, host, headers, requestBody, connection)
        let stream = GatewayStream(
            status: response.status,
            headers: response.headers,
            relay: relay,
            connection: connection
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // A client that has left gets no more; that the server notices is what tests look for.
                try? await response.body.write(RelayWriter(relay: relay))
                relay.finish()
            }
            let result: Result
            do {
                result = try await use(stream)
            } catch {
                stream.leave()
                throw error
            }
            stream.leave()
            try await group.waitForAll()
            return result
        }
    }

    private func respond(
        _ uri: String,
        _ method: HTTPRequest.Method,
        _ host: String,
        _ headers: HTTPFields,
        _ body: RequestBody,
        _ connection: ClientConnection
    ) async throws -> Response {
        let head = HTTPRequest(
            method: method,
            scheme: "http",
            authority: host,
            path: uri,
            headerFields: headers
        )
        return try await responder.respond(
            to: Request(head: head, body: body),
            context: EdgeContext(connection: connection)
        )
    }
}
