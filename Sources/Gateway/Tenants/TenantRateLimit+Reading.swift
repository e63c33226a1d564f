extension TenantRateLimit {
    /// The most groups of routes with rules of their own.
    static let mostRoutes = 64
    /// The largest number of requests a rule can allow.
    ///
    /// The exact window remembers each of them.
    static let largestLimit = 10_000
    /// The longest window: a day.
    static let longestWindowSeconds = 86_400

    /// Reads the field `rateLimit`.
    init(reading fields: inout ConfigurationObject, _ report: inout ConfigurationReport) {
        self.init()
        if let rule = Rule(reading: &fields, &report) { self.rule = rule }
        failOpen = fields.bool("failOpen", &report) ?? false
        if var groups = fields.object("routes", &report) {
            if groups.names.count > Self.mostRoutes {
                report.mistake(groups.path, "must have at most \(Self.mostRoutes) entries")
            }
            for name in groups.names.prefix(Self.mostRoutes) {
                guard var group = groups.object(name, &report) else { continue }
                if let rule = Rule(reading: &group, &report) {
                    routes[name] = rule
                } else if !group.has("slidingWindow"), !group.has("tokenBucket") {
                    report.mistake(group.path, "must have slidingWindow or tokenBucket")
                }
                group.finish(&report)
            }
        }
        fields.finish(&report)
    }
}

extension TenantRateLimit.Rule {
    /// Reads a rule, or returns `nil` when there is none or it is wrong.
    init?(reading fields: inout ConfigurationObject, _ report: inout ConfigurationReport) {
        let window = fields.object("slidingWindow", &report)
        let bucket = fields.object("tokenBucket", &report)
        switch (window, bucket) {
        case (.some, .some):
            report.mistake(fields.path, "must have slidingWindow or tokenBucket, not both")
            return nil
        case (.some(var window), nil):
            self.init(readingWindow: &window, &report)
        case (nil, .some(var bucket)):
            self.init(readingBucket: &bucket, &report)
        case (nil, nil):
            return nil
        }
    }

    private init(readingWindow fields: inout ConfigurationObject, _ report: inout ConfigurationReport) {
        let limits = 1...TenantRateLimit.largestLimit
        let windows = 1...TenantRateLimit.longestWindowSeconds
        let limit = fields.integer("limit", in: limits, &report) ?? 60
        let windowSeconds = fields.integer("windowSeconds", in: windows, &report) ?? 60
        // The defaults of the burst follow the window, so that a small window does not contradict them.
        let burst = fields.integer("burst", in: limits, &report) ?? min(20, limit)
        let burstSeconds = fields.integer("burstWindowSeconds", in: windows, &report) ?? min(10, windowSeconds)
        if burstSeconds > windowSeconds {
            report.mistake(fields.path("burstWindowSeconds"), "must not be longer than windowSeconds")
        }
        if burst > limit {
            report.mistake(fields.path("burst"), "must not be greater than limit")
        }
        fields.finish(&report)
        self = .slidingWindow(
            limit: limit,
            windowSeconds: windowSeconds,
            burst: burst,
            burstWindowSeconds: burstSeconds
        )
    }

    private init(readingBucket fields: inout ConfigurationObject, _ report: inout ConfigurationReport) {
        let capacity = fields.integer("capacity", in: 1...TenantRateLimit.largestLimit, &report)
        let refill = fields.positiveNumber("refillPerSecond", &report)
        for name in ["capacity", "refillPerSecond"] where !fields.has(name) {
            report.mistake(fields.path(name), "is required")
        }
        fields.finish(&report)
        self = .tokenBucket(capacity: capacity ?? 1, refillPerSecond: refill ?? 1)
    }
}
