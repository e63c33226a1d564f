package import HTTPTypes
package import RoostObjects
package import RoostRuntime

/// The headers that tell a client how much it may still ask.
package enum RateLimitHeaders {
    /// Adds both families of headers: the customary `x-ratelimit-…` and the IETF's `ratelimit` fields; and
    /// `retry-after` to a refusal.
    ///
    /// - Parameters:
    ///   - decision: What the limiter said.
    ///   - policy: The header that tells the limit in force, with the value that ``describe(_:)`` writes.
    ///   - now: The time, from which waiting is counted.
    ///   - fields: Where they are added. What has one of these names already stays: an application that limits for
    ///     itself knows better.
    package static func add(
        _ decision: RateLimitDecision,
        policy: HTTPField,
        now: Timestamp,
        to fields: inout HTTPFields
    ) {
        let wait = max(0, seconds(roundingUp: decision.resetAt.milliseconds - now.milliseconds))
        let reset = seconds(roundingUp: decision.resetAt.milliseconds)
        let remaining = String(decision.remaining)
        var added = [
            HTTPField(name: .xRateLimitLimit, value: String(decision.limit)),
            HTTPField(name: .xRateLimitRemaining, value: remaining),
            HTTPField(name: .xRateLimitReset, value: String(reset)),
            HTTPField(name: .rateLimit, value: "\"default\";r=" + remaining + ";t=" + String(wait)),
            policy,
        ]
        if !decision.allowed {
            let pause = decision.retryAfter.map { seconds(roundingUp: $0.wholeMilliseconds) } ?? wait
            added.append(HTTPField(name: .retryAfter, value: String(max(1, pause))))
        }
        added.removeAll { fields.contains($0.name) }
        fields.replaceSubrange(fields.endIndex..<fields.endIndex, with: added)
    }

    /// Whole seconds, at least as many as there are milliseconds for.
    package static func seconds(roundingUp milliseconds: Int64) -> Int64 {
        milliseconds <= 0 ? milliseconds / 1000 : (milliseconds - 1) / 1000 + 1
    }

    /// The numbers of a policy, as the header `ratelimit-policy` names them.
    package static func describe(_ policy: RateLimitPolicy) -> String {
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
