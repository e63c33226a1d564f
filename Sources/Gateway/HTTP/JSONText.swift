import FoundationEssentials
package import Hummingbird
package import NIOCore

/// JSON as the service writes it: keys in order, slashes as they are, everything on one line.
package enum JSONText {
    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()

    /// A value as bytes.
    package static func bytes(_ value: some Encodable) throws -> ByteBuffer {
        ByteBuffer(bytes: try encoder.encode(value))
    }

    /// A value as a whole answer.
    package static func response(
        _ value: some Encodable,
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:]
    ) throws -> Response {
        try response(bytes(value), status: status, headers: headers)
    }

    /// Bytes that are JSON already as a whole answer.
    ///
    /// - Parameter headers: Headers beside the two that every answer in JSON has, type and caching.
    package static func response(
        _ bytes: ByteBuffer,
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:]
    ) -> Response {
        var all = Self.headers
        all.reserveCapacity(HTTPFields.customaryCount)
        if !headers.isEmpty { all.append(contentsOf: headers) }
        return Response(status: status, headers: all, body: ResponseBody(byteBuffer: bytes))
    }

    /// Made once, because a value is looked through for what may not be sent whenever one is made.
    private static let headers: HTTPFields = [
        .contentType: "application/json; charset=utf-8",
        .cacheControl: "no-store",
    ]
}
