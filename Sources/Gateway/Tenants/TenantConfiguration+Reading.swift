import RoostRuntime

extension TenantConfiguration {
    /// The most hosts, origins or models in a list.
    static let longestList = 256
    /// The longest system prompt, in characters.
    static let longestSystemPrompt = 32_768
    /// The largest budget; leaves room for adding without overflow.
    static let largestBudget = 1 << 53

    /// Reads a tenant's file and notes everything that is wrong with it.
    ///
    /// - Returns: The configuration, or `nil` when not even the id can be used.
    init?(reading value: JSONValue, path: String = "", _ report: inout ConfigurationReport) {
        guard var fields = ConfigurationObject(value, path: path, &report) else { return nil }
        if !fields.has("tenantId") { report.mistake(fields.path("tenantId"), "is required") }
        let id = fields.string("tenantId", &report)
        if let id, !TenantID.isValid(id) {
            report.mistake(fields.path("tenantId"), "must be 1 to \(TenantID.charactersMax) characters of a-z 0-9 -")
        }
        self.init(tenantId: id ?? "")
        readAccess(&fields, &report)
        readModels(&fields, &report)
        readLimits(&fields, &report)
        systemPrompt = fields.string("systemPrompt", &report)
        if let systemPrompt, systemPrompt.count > Self.longestSystemPrompt {
            report.mistake(fields.path("systemPrompt"), "must have at most \(Self.longestSystemPrompt) characters")
        }
        if var flags = fields.object("featureFlags", &report) {
            for name in flags.names.prefix(Self.longestList) { featureFlags[name] = flags.bool(name, &report) }
            flags.finish(&report)
        }
        fields.finish(&report)
        guard let id, TenantID.isValid(id) else { return nil }
    }

    private mutating func readAccess(_ fields: inout ConfigurationObject, _ report: inout ConfigurationReport) {
        let hosts = fields.strings("allowedHosts", atMost: Self.longestList, &report)
        for host in hosts {
            if host.contains("*") {
                report.mistake(fields.path("allowedHosts"), "must be exact host names; * is not supported")
            } else if let name = HostName.normalized(host) {
                allowedHosts.append(name)
            } else {
                report.mistake(fields.path("allowedHosts"), "must be host names, without scheme and path")
            }
        }
        for (index, entry) in fields.array("apiKeys", atMost: TenantAPIKey.mostKeys, &report).enumerated() {
            guard let key = TenantAPIKey(reading: entry.value, path: entry.path, index: index, &report) else {
                continue
            }
            if apiKeys.contains(where: { $0.id == key.id }) {
                report.mistake(entry.path, "must have an id of its own")
            }
            apiKeys.append(key)
        }
        if var token = fields.object("jwt", &report) { jwt = TenantJWT(reading: &token, &report) }
        if var cors = fields.object("cors", &report) {
            allowedOrigins = cors.strings("allowedOrigins", atMost: Self.longestList, &report)
            for origin in allowedOrigins {
                if let mistake = WebOrigin.mistake(in: origin) {
                    report.mistake(cors.path("allowedOrigins"), mistake)
                }
            }
            cors.finish(&report)
        }
        trustUserHeader = fields.bool("trustUserHeader", &report) ?? trustUserHeader
    }

    private mutating func readModels(_ fields: inout ConfigurationObject, _ report: inout ConfigurationReport) {
        guard var models = fields.object("aiModels", &report) else { return }
        aiModels.chat = models.string("chat", &report)
        aiModels.fallback = models.string("fallback", &report)
        aiModels.embeddings = models.string("embeddings", &report)
        aiModels.allowed = models.strings("allowed", atMost: Self.longestList, &report)
        models.finish(&report)
    }

    private mutating func readLimits(_ fields: inout ConfigurationObject, _ report: inout ConfigurationReport) {
        let budgets = 1...Self.largestBudget
        if var limit = fields.object("rateLimit", &report) {
            rateLimit = TenantRateLimit(reading: &limit, &report)
        }
        if var budget = fields.object("tokenBudget", &report) {
            tokenBudget.daily = budget.integer("daily", in: budgets, &report)
            tokenBudget.monthly = budget.integer("monthly", in: budgets, &report)
            budget.finish(&report)
        }
        if var budget = fields.object("costBudgetMicros", &report) {
            dailyCostBudgetMicros = budget.integer("daily", in: budgets, &report)
            budget.finish(&report)
        }
        sessionRetentionDays =
            fields.integer("sessionRetentionDays", in: 1...3650, &report) ?? sessionRetentionDays
        maxMessagesPerSession =
            fields.integer("maxMessagesPerSession", in: 1...100_000, &report) ?? maxMessagesPerSession
        contextMessages = fields.integer("contextMessages", in: 1...1000, &report) ?? contextMessages
    }
}

extension TenantConfiguration: Decodable {
    /// Decodes a configuration that is part of a larger file.
    ///
    /// - Throws: ``TenantConfigurationError`` with every mistake at once.
    package init(from decoder: any Decoder) throws {
        let value = try JSONValue(from: decoder)
        var report = ConfigurationReport()
        let configuration = TenantConfiguration(reading: value, &report)
        try report.throwIfWrong()
        guard let configuration else { throw TenantConfigurationError(problems: []) }
        self = configuration
    }
}
