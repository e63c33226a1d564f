package import HTTPTypes

/// One row of the table of errors: a code that clients may rely on, and its status.
package struct EdgeErrorCode: Hashable, Sendable, CustomStringConvertible {
    /// The code as it stands in the envelope.
    package let text: String
    /// The HTTP status that goes with it.
    package let status: HTTPResponse.Status

    private init(_ text: String, _ status: HTTPResponse.Status) {
        self.text = text
        self.status = status
    }

    package var description: String { text }

    /// The body is not JSON.
    package static let invalidJSON = EdgeErrorCode("invalid_json", .badRequest)
    /// The body is JSON, or the query is readable, but says something that is not allowed; `details.field` names
    /// where.
    package static let invalidRequest = EdgeErrorCode("invalid_request", .badRequest)
    /// Nothing in the request identifies a tenant.
    package static let tenantRequired = EdgeErrorCode("tenant_required", .badRequest)
    /// Credentials are missing or wrong.
    package static let unauthorized = EdgeErrorCode("unauthorized", .unauthorized)
    /// The caller is known, and may not do this.
    package static let forbidden = EdgeErrorCode("forbidden", .forbidden)
    /// The model is not on the tenant's list.
    package static let modelNotAllowed = EdgeErrorCode("model_not_allowed", .forbidden)
    /// There is no such route or object, or not for this caller.
    package static let notFound = EdgeErrorCode("not_found", .notFound)
    /// The tenant that was named does not exist.
    package static let tenantUnknown = EdgeErrorCode("tenant_unknown", .notFound)
    /// The path exists, the method does not; `allow` says which do.
    package static let methodNotAllowed = EdgeErrorCode("method_not_allowed", .methodNotAllowed)
    /// What was to be created exists already.
    package static let conflict = EdgeErrorCode("conflict", .conflict)
    /// The body is larger than allowed, declared or not.
    package static let payloadTooLarge = EdgeErrorCode("payload_too_large", .contentTooLarge)
    /// There is a body, and it is not declared as JSON.
    package static let unsupportedMediaType = EdgeErrorCode("unsupported_media_type", .unsupportedMediaType)
    /// The path takes WebSockets only, or in another version; `upgrade` and `sec-websocket-version` say which.
    package static let upgradeRequired = EdgeErrorCode("upgrade_required", .upgradeRequired)
    /// The client asks too often.
    package static let rateLimited = EdgeErrorCode("rate_limited", .tooManyRequests)
    /// Something unforeseen; the log has the details under the trace id.
    package static let internalError = EdgeErrorCode("internal_error", .internalServerError)
    /// The model's provider failed, after retries and fallback.
    package static let aiError = EdgeErrorCode("ai_error", .badGateway)
    /// An object of an application gave an answer that cannot be passed on.
    package static let objectError = EdgeErrorCode("object_error", .badGateway)
    /// An object or the server has more work than it takes.
    package static let overloaded = EdgeErrorCode("overloaded", .serviceUnavailable)
    /// The server is starting, draining, or its store does not accept writes.
    package static let notReady = EdgeErrorCode("not_ready", .serviceUnavailable)
}
