package import Hummingbird
package import NIOCore
package import RoostObjects
package import RoostRuntime

/// What an application is told about one of its keys.
///
/// This is the service's most frequent answer, and all numbers: it is written without an encoder. The text is the one
/// that ``Envelope`` would write.
package struct RateLimitAnswer: Encodable, Hashable, Sendable {
    /// Whether the request may pass.
    package var allowed: Bool
    /// The limit in force.
    package var limit: Int
    /// How many requests would pass right now.
    package var remaining: Int
    /// When that grows next.
    package var resetAt: Timestamp
    /// Whole seconds, as in the header of the same name.
    package var retryAfter: Int64?

    package init(_ decision: RateLimitDecision) {
        allowed = decision.allowed
        limit = decision.limit
        remaining = decision.remaining
        resetAt = decision.resetAt
        retryAfter = decision.retryAfter.map {
            max(1, RateLimitHeaders.seconds(roundingUp: $0.wholeMilliseconds))
        }
    }

    /// The whole answer.
    package func response(trace: TraceID) -> Response { JSONText.response(bytes(trace: trace)) }

    /// The text of the answer.
    package func bytes(trace: TraceID) -> ByteBuffer {
        // Bytes, and room for all of them: a text would be looked through and counted at every piece.
        var text: [UInt8] = []
        text.reserveCapacity(144 + trace.text.utf8.count)
        text += (allowed ? #"{"data":{"allowed":true,"limit":"# : #"{"data":{"allowed":false,"limit":"#).utf8
        text += String(limit).utf8
        text += #","remaining":"#.utf8
        text += String(remaining).utf8
        text += #","resetAt":"#.utf8
        text += String(resetAt.milliseconds).utf8
        if let retryAfter {
            text += #","retryAfter":"#.utf8
            text += String(retryAfter).utf8
        }
        // A trace id has only characters that need no quoting.
        text += #"},"ok":true,"traceId":""#.utf8
        text += trace.text.utf8
        text += #""}"#.utf8
        return ByteBuffer(bytes: text)
    }
}
