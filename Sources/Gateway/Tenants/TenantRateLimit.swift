/// How many requests one client of a tenant may make.
package struct TenantRateLimit: Sendable, Hashable {
    /// How requests are counted.
    package enum Rule: Sendable, Hashable {
        /// At most `limit` in any window, and at most `burst` in any shorter one.
        case slidingWindow(limit: Int, windowSeconds: Int, burst: Int, burstWindowSeconds: Int)
        /// A bucket of `capacity` tokens that is refilled steadily; each request takes one.
        case tokenBucket(capacity: Int, refillPerSecond: Double)

        /// The rule of tenants that configure none: 60 a minute, 20 in ten seconds.
        package static let standard = Rule.slidingWindow(
            limit: 60,
            windowSeconds: 60,
            burst: 20,
            burstWindowSeconds: 10
        )
    }

    /// The rule of every route that has none of its own.
    package var rule: Rule
    /// Rules of groups of routes, by the group's name.
    package var routes: [String: Rule]
    /// Whether requests pass when the limiter itself fails.
    ///
    /// Default `false`.
    package var failOpen: Bool

    /// Creates a limit.
    package init(rule: Rule = .standard, routes: [String: Rule] = [:], failOpen: Bool = false) {
        self.rule = rule
        self.routes = routes
        self.failOpen = failOpen
    }
}
