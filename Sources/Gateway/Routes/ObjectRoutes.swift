import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import RoostRuntime

/// `/objects/{binding}/{id}/…`: whatever an application's objects answer.
///
/// The object named `<tenant>:<id>` of the binding's class gets the request as it came, but for what is not its
/// business (see ``ObjectHeaders``), and with the path after the id. Only bindings that the configuration makes public
/// are known here.
struct ObjectRoutes: Sendable {
    /// The longest id, in bytes.
    static let idBytesMax = 512
    /// A body up to this declared size is read before the object is asked, in bytes.
    private static let collectedBytesMax = 64 * 1024

    let roost: Roost
    /// Classes by binding.
    let bindings: [String: String]
    let stallLimit: Duration

    func add(to table: inout RouteTable<EdgeRoute>) {
        table.addOpen("/objects/{binding}/{id}", EdgeRoute(.objects, forward))
    }

    @Sendable private func forward(_ request: EdgeRequest) async throws -> Response {
        guard let className = bindings[try request.parameter("binding")] else { throw EdgeError.notFound("binding") }
        let id = try request.parameter("id")
        guard id.utf8.count <= Self.idBytesMax else {
            throw EdgeError.invalid("id", "must have 1 to \(Self.idBytesMax) bytes")
        }
        let handshake =
            WebSocketHandshake.isAskedFor(request.http.head) ? try request.handshake() : nil
        let name = request.tenant.id.objectName(id)
        let (body, pump) = try await body(of: request)
        let response: ObjectResponse
        do {
            response = try await roost.fetch(
                class: roost.classKey(className),
                name: name,
                ObjectRequest(Self.head(of: request, isUpgrade: handshake != nil), body: body)
            )
        } catch {
            let failure = pump?.failure
            // The request's bytes belong to the connection again.
            await pump?.end()
            throw failure ?? error
        }
        if let end = response.webSocket {
            await pump?.end()
            guard let handshake else { throw EdgeError(.objectError, "The object answered with a WebSocket.") }
            return try request.upgrade(handshake, subprotocol: response.subprotocol) { end.attach($0) }
        }
        return try await answer(response, to: request, pump)
    }

    // MARK: The request

    private static func head(of request: EdgeRequest, isUpgrade: Bool) -> HTTPRequest {
        var head = request.http.head
        head.path = path(after: head.path ?? "/")
        head.headerFields = ObjectHeaders.request(
            head.headerFields,
            tenant: request.tenant.id.text,
            principal: request.principal,
            trace: request.trace,
            isUpgrade: isUpgrade
        )
        return head
    }

    /// What follows the third segment, still encoded, with the query.
    static func path(after whole: String) -> String {
        let (path, query) = split(whole)
        let segments = path.split(separator: "/", maxSplits: 4, omittingEmptySubsequences: false)
        let rest = segments.count > 4 ? "/" + segments[4] : "/"
        return rest + query
    }

    private static func split(_ whole: String) -> (Substring, Substring) {
        guard let mark = whole.firstIndex(of: "?") else { return (whole[...], "") }
        return (whole[..<mark], whole[mark...])
    }

    private func body(of request: EdgeRequest) async throws -> (ObjectBody, RequestBodyPump?) {
        let headers = request.http.headers
        let declared = headers[.contentLength].flatMap(Int.init)
        guard headers[.transferEncoding] != nil || declared ?? 0 > 0 else { return (.empty, nil) }
        if let declared, declared <= Self.collectedBytesMax {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(declared)
            for try await chunk in request.http.body { bytes += chunk.readableBytesView }
            return (.bytes(bytes), nil)
        }
        let pump = RequestBodyPump(request.http.body, limit: request.bodyLimit, connection: request.connection)
        return (ObjectBody(pump), pump)
    }

    // MARK: The answer

    private func answer(
        _ response: ObjectResponse,
        to request: EdgeRequest,
        _ pump: RequestBodyPump?
    ) async throws -> Response {
        guard (200...599).contains(response.status.code) else {
            await pump?.end()
            throw EdgeError(.objectError, "The object answered with a status that cannot be passed on.")
        }
        let headers = ObjectHeaders.response(response.headerFields)
        let hasBody = response.status != .noContent && response.status != .notModified && request.http.method != .head
        guard hasBody, response.body.length == nil else {
            await pump?.end()
            let bytes = hasBody ? try await response.body.collect(upTo: .max) : []
            return Response(
                status: response.status,
                headers: headers,
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
            )
        }
        let stream = ObjectStream(
            body: response.body,
            connection: request.connection,
            clock: roost.clock,
            stallLimit: stallLimit
        )
        return Response(
            status: response.status,
            headers: headers,
            body: ResponseBody { writer in
                let result = await stream.write(to: &writer)
                await pump?.end()
                try result.get()
                try await writer.finish(nil)
            }
        )
    }
}
