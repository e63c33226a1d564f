package import HTTPTypes
package import RoostObjects
package import RoostRuntime

/// The headers that tell a client how much it may still ask.
package enum RateLimitHeaders {
    /// Both families of headers: the customary `x-ratelimit-…` and the IETF's `ratelimit` fields; and `retry-after`
    /// on a refusal.
    package static func fields(_ decision: RateLimitDecision, policy: RateLimitPolicy, now: Timestamp) -> HTTPFields {
        let wait = max(0, seconds(roundingUp: decision.resetAt.milliseconds - now.milliseconds))
        var fields: HTTPFields = [
            .xRateLimitLimit: String(decision.limit),
            .xRateLimitRemaining: String(decision.remaining),
            .xRateLimitReset: String(seconds(roundingUp: decision.resetAt.milliseconds)),
            .rateLimit: "\"default\";r=\(decision.remaining);t=\(wait)",
            .rateLimitPolicy: describe(policy),
        ]
        if !decision.allowed {
            let pause = decision.retryAfter.map { seconds(roundingUp: $0.wholeMilliseconds) } ?? wait
            fields[.retryAfter] = String(max(1, pause))
        }
        return fields
    }

    /// Whole seconds, at least as many as there are milliseconds for.
    package static func seconds(roundingUp milliseconds: Int64) -> Int64 {
        milliseconds <= 0 ? milliseconds / 1000 : (milliseconds - 1) / 1000 + 1
    }

    private static func describe(_ policy: RateLimitPolicy) -> String {
        switch policy {
        case .slidingWindow(let window):
            return "\"default\";q=\(window.limit);w=\(window.windowSeconds), "
                + "\"burst\";q=\(window.burst);w=\(window.burstWindowSeconds)"
        case .tokenBucket(let bucket):
            let seconds = max(1, Int((Double(bucket.capacity) / bucket.refillPerSecond).rounded(.up)))
            return "\"default\";q=\(bucket.capacity);w=\(seconds)"
        }
    }
}
