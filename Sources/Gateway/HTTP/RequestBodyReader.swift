import HTTPTypes
package import Hummingbird
import NIOCore

/// Collects a request's body, counting while it arrives.
///
/// Nothing a client declares is believed: the limit holds for a body without a length, and for one that is longer
/// than it said.
package enum RequestBodyReader {
    /// Refuses a body whose declared length is over the limit, before any of it is read.
    package static func checkDeclaredLength(_ request: Request, limit: Int) throws(EdgeError) {
        guard let text = request.headers.value(of: .contentLength) else { return }
        guard let length = Int(text), length <= limit else { throw EdgeError.tooLarge(limit: limit) }
    }

    /// Reads the whole body, which must be JSON if there is any.
    ///
    /// - Returns: the body, or `nil` if there is none.
    /// - Throws: ``EdgeErrorCode/payloadTooLarge`` as soon as the limit is passed,
    ///   ``EdgeErrorCode/unsupportedMediaType`` as soon as a byte arrives that was not declared as JSON; and whatever
    ///   the connection throws.
    package static func collectJSON(_ request: Request, limit: Int) async throws -> ByteBuffer? {
        let isJSON = declaresJSON(request.headers)
        let declaredLength = request.headers.value(of: .contentLength).flatMap(Int.init)
        var body = ByteBuffer()
        for try await chunk in request.body {
            guard chunk.readableBytes > 0 else { continue }
            guard isJSON else {
                throw EdgeError(.unsupportedMediaType, "Send the body as application/json.")
            }
            guard body.readableBytes + chunk.readableBytes <= limit else { throw EdgeError.tooLarge(limit: limit) }
            body.writeImmutableBuffer(chunk)
            // The connection takes nothing beyond what was declared, so the end need not be waited for.
            if body.readableBytes == declaredLength { break }
        }
        return body.readableBytes > 0 ? body : nil
    }

    private static func declaresJSON(_ headers: HTTPFields) -> Bool {
        guard let type = headers.value(of: .contentType) else { return false }
        if type == "application/json" { return true }
        let essence = type.prefix { $0 != ";" }.trimmingSpaces()
        return essence.lowercased() == "application/json"
    }
}

extension Substring {
    /// The text without spaces and tabs at its ends, as HTTP allows them around values.
    package func trimmingSpaces() -> Substring {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) }) else {
            return ""
        }
        return self[first...last]
    }
}
