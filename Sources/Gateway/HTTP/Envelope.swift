import FoundationEssentials
package import Hummingbird
import NIOCore
import RoostRuntime

/// The shape of every JSON answer: `{"ok":true,"data":…,"traceId":…}` or `{"ok":false,"error":…,"traceId":…}`.
package enum Envelope {
    package struct Success<Payload: Encodable & Sendable>: Encodable, Sendable {
        let ok = true
        let data: Payload
        let traceId: String
    }

    struct Failure: Encodable {
        struct Problem: Encodable {
            let code: String
            let message: String
            let details: [String: JSONValue]?
        }

        let ok = false
        let error: Problem
        let traceId: String
    }

    /// A success.
    package static func success(
        _ payload: some Encodable & Sendable,
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:],
        trace: TraceID
    ) throws -> Response {
        try JSONText.response(Success(data: payload, traceId: trace.text), status: status, headers: headers)
    }

    /// A failure.
    package static func failure(_ error: EdgeError, trace: TraceID) -> Response {
        let problem = Failure.Problem(
            code: error.code.text,
            message: error.message,
            details: error.details.isEmpty ? nil : error.details
        )
        do {
            return try JSONText.response(
                Failure(error: problem, traceId: trace.text),
                status: error.code.status,
                headers: error.headers
            )
        } catch {
            // Only a number that is not finite cannot be written, and no detail of ours is one.
            return Response(status: .internalServerError)
        }
    }
}
