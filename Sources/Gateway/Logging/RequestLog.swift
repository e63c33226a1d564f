import HTTPTypes
import Logging
import RoostRuntime

/// What is known about a request when its line is written: one line per request, after the last byte.
///
/// Nothing a client wrote gets in but the trace id, which is harmless by construction: not the path, only the route's
/// template; not the query; no header; no text.
struct RequestLog: Sendable {
    var trace: TraceID
    var method: HTTPRequest.Method
    var route: String?
    var tenant: String?
    var startedAt: Duration
    var errorCode: EdgeErrorCode?
    var cause: (any Error)?

    func write(status: Int, bytes: Int, now: Duration, to logger: Logger) {
        let level: Logger.Level = status >= 500 ? .error : .info
        guard level >= logger.logLevel else { return }
        // Room for all of them at once: to grow is to put every one of them into its place again.
        var fields = Logger.Metadata(minimumCapacity: tenant == nil && errorCode == nil ? 6 : 9)
        fields["traceId"] = .string(trace.text)
        fields["method"] = .string(Self.known(method))
        fields["route"] = .string(route ?? "none")
        fields["status"] = .stringConvertible(status)
        fields["durationMs"] = .stringConvertible((now - startedAt).wholeMilliseconds)
        fields["bytes"] = .stringConvertible(bytes)
        if let tenant { fields["tenant"] = .string(tenant) }
        if let errorCode { fields["code"] = .string(errorCode.text) }
        if let cause { fields["cause"] = .string(LogLine.describe(cause)) }
        logger.log(level: level, "request", metadata: fields)
    }

    /// A method somebody invented could be a text of any length.
    private static func known(_ method: HTTPRequest.Method) -> String {
        switch method {
        case .get, .head, .post, .put, .delete, .connect, .options, .trace, .patch: method.rawValue
        default: "other"
        }
    }
}
