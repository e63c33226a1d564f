import Logging
import RoostRuntime

extension EdgeResponder {
    /// Puts the service together: services on objects, routes on services.
    init(
        configuration: EdgeConfiguration,
        roost: Roost,
        tenants: TenantDirectory,
        models: ModelService,
        connections: ConnectionRegistry,
        lifecycle: EdgeLifecycle,
        more: (inout RouteTable<EdgeRoute>) -> Void,
        logger: Logger
    ) throws(RoostError) {
        let monitor = ProviderMonitor(clock: roost.clock)
        let sessions = try SessionService(roost: roost, logger: logger)
        let rateLimits = try RateLimitService(roost: roost)
        let chat = ChatService(
            sessions: sessions,
            models: models,
            monitor: monitor,
            queue: ExchangeQueue(limits: configuration.limits),
            prices: configuration.prices,
            clock: roost.clock,
            logger: logger
        )
        let streams = ChatStreamSettings(
            clock: roost.clock,
            heartbeat: configuration.heartbeat,
            stallLimit: configuration.stallLimit
        )
        let health = HealthRoutes(
            roost: roost,
            lifecycle: lifecycle,
            monitor: monitor,
            models: models,
            profile: configuration.profile
        )
        var routes = RouteTable<EdgeRoute>()
        health.add(to: &routes)
        ChatRoutes(chat: chat, streams: streams, random: roost.random).add(to: &routes)
        let addresses = ClientAddress(trustedProxies: configuration.trustedProxies)
        ChatSocketRoutes(
            chat: chat,
            rateLimits: rateLimits,
            addresses: addresses,
            lifecycle: lifecycle,
            random: roost.random,
            pendingBytesMax: roost.configuration.webSocketPendingBytesMax
        ).add(to: &routes)
        SessionRoutes(sessions: sessions, random: roost.random).add(to: &routes)
        HistoryRoutes(sessions: sessions).add(to: &routes)
        RateLimitRoutes(limits: rateLimits).add(to: &routes)
        ObjectRoutes(
            roost: roost,
            bindings: configuration.publicBindings,
            stallLimit: configuration.stallLimit
        ).add(to: &routes)
        more(&routes)
        self.init(
            routes: routes,
            health: health,
            resolver: TenantResolver(directory: tenants, profile: configuration.profile),
            origins: OriginPolicy(directory: tenants, profile: configuration.profile),
            rateLimits: rateLimits,
            addresses: addresses,
            connections: connections,
            lifecycle: lifecycle,
            limits: configuration.limits,
            clock: roost.clock,
            random: roost.random,
            logger: logger
        )
    }
}
