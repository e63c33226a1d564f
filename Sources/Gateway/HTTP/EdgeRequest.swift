package import Hummingbird

/// One request on its way through the service, after tenant and caller are known.
package struct EdgeRequest: Sendable {
    package let trace: TraceID
    package let http: Request
    package let tenant: Tenant
    package let principal: Principal
    package let connection: ClientConnection
    package let parameters: [String: String]
    package let query: QueryParameters
    package let bodyLimit: Int

    /// Reads the body as JSON.
    ///
    /// - Throws: ``EdgeErrorCode/invalidJSON`` also when there is no body.
    package func body<Body: Decodable>(_ type: Body.Type) async throws -> Body {
        guard let body = try await optionalBody(type) else {
            throw EdgeError(.invalidJSON, "This route needs a JSON body.")
        }
        return body
    }

    /// Reads the body as JSON, the short way when it is written plainly.
    func body<Body: Decodable & PlainlyWritten>(_ type: Body.Type) async throws -> Body {
        guard let buffer = try await RequestBodyReader.collectJSON(http, limit: bodyLimit) else {
            throw EdgeError(.invalidJSON, "This route needs a JSON body.")
        }
        if let plain = PlainObject(buffer), let body = Body(plain) { return body }
        return try JSONBody.decode(type, from: buffer)
    }

    /// Reads the body as JSON, if there is one.
    package func optionalBody<Body: Decodable>(_ type: Body.Type) async throws -> Body? {
        guard let buffer = try await RequestBodyReader.collectJSON(http, limit: bodyLimit) else { return nil }
        return try JSONBody.decode(type, from: buffer)
    }

    /// A parameter of the path, which the route's template promises.
    package func parameter(_ name: String) throws(EdgeError) -> String {
        guard let value = parameters[name] else { throw .notFound("route") }
        return value
    }
}
