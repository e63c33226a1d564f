package import HTTPTypes
package import RoostRuntime

/// An answer that is not a success: what the client is told, and what only the log is told.
///
/// `message` and `details` go to the client, so they never quote internals, other tenants, secrets or paths.
/// `cause` never leaves the process except to the log.
package struct EdgeError: Error, Sendable {
    /// The row of the table of errors.
    package var code: EdgeErrorCode
    /// One sentence for the client's developer.
    package var message: String
    /// Where and why, for the client's program; left out when empty.
    package var details: [String: JSONValue]
    /// Headers that belong to this error.
    package var headers: HTTPFields
    /// What happened underneath.
    package var cause: (any Error)?

    /// Creates an error.
    package init(
        _ code: EdgeErrorCode,
        _ message: String,
        details: [String: JSONValue] = [:],
        headers: HTTPFields = [:],
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.details = details
        self.headers = headers
        self.cause = cause
    }

    /// A field that is missing or out of range.
    package static func invalid(_ field: String, _ reason: String) -> EdgeError {
        EdgeError(.invalidRequest, "\(field) \(reason).", details: ["field": .string(field)])
    }

    /// Something that does not exist, or not for this caller.
    package static func notFound(_ what: String) -> EdgeError {
        EdgeError(.notFound, "There is no such \(what).")
    }

    /// More work than is taken; the client may try again after so many seconds.
    package static func overloaded(_ message: String, retryAfterSeconds: Int = 1, cause: (any Error)? = nil)
        -> EdgeError
    {
        EdgeError(.overloaded, message, headers: [.retryAfter: String(retryAfterSeconds)], cause: cause)
    }

    /// A server that does not take this request now.
    package static func notReady(_ message: String, retryAfterSeconds: Int = 5, cause: (any Error)? = nil) -> EdgeError
    {
        EdgeError(.notReady, message, headers: [.retryAfter: String(retryAfterSeconds)], cause: cause)
    }

    /// A body over the limit.
    package static func tooLarge(limit: Int) -> EdgeError {
        EdgeError(
            .payloadTooLarge,
            "The body is larger than \(limit) bytes.",
            details: ["limitBytes": .integer(limit)]
        )
    }
}
