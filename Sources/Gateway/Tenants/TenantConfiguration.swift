/// What a tenant's file says, with the defaults filled in.
package struct TenantConfiguration: Sendable {
    /// The tenant's name, which must be a ``TenantID``.
    package var tenantId: String
    /// Host names that lead to this tenant, in their normal form (see ``HostName``).
    package var allowedHosts: [String] = []
    /// Credentials of programs.
    package var apiKeys: [TenantAPIKey] = []
    /// How tokens of users are checked; `nil` when the tenant has none.
    package var jwt: TenantJWT?
    /// Origins of pages that may call the service from a browser; empty means none.
    package var allowedOrigins: [String] = []
    /// The tenant's models.
    package var aiModels = ModelChoice()
    /// How many requests a client may make.
    package var rateLimit = TenantRateLimit()
    /// How many tokens may be used.
    package var tokenBudget = TenantTokenBudget()
    /// How much may be spent per day, in micro-dollars; `nil` means no limit.
    package var dailyCostBudgetMicros: Int?
    /// How long messages are kept.
    ///
    /// Default 30 days.
    package var sessionRetentionDays = 30
    /// How many messages of a session are kept.
    ///
    /// Default 1000.
    package var maxMessagesPerSession = 1000
    /// How many of the last messages a model gets.
    ///
    /// Default 20.
    package var contextMessages = 20
    /// Instructions every conversation starts with.
    package var systemPrompt: String?
    /// Whether `userId` and `x-user-id` may name the client of the rate limit.
    ///
    /// Default `false`.
    package var trustUserHeader = false
    /// Switches by name.
    package var featureFlags: [String: Bool] = [:]

    /// Creates a configuration of defaults.
    package init(tenantId: String) {
        self.tenantId = tenantId
    }

    /// Whether requests must present a credential.
    package var hasCredentials: Bool { !apiKeys.isEmpty || jwt != nil }
}

/// How many tokens a tenant may use; `nil` means no limit.
package struct TenantTokenBudget: Sendable, Hashable {
    /// Tokens per day.
    package var daily: Int?
    /// Tokens per month.
    package var monthly: Int?
}
