public import Logging
import RoostObjects
public import RoostRuntime
package import ServiceLifecycle

/// The edge service: tenants, chat sessions, rate limits, over HTTP.
///
/// ```swift
/// let roost = Roost(store: store)
/// try EdgeService.register(on: roost)
/// let service = try EdgeService(configuration: configuration, roost: roost, tenants: tenants, logger: logger)
/// try await service.makeServer().run()
/// ```
///
/// It keeps no state of its own that outlives a request, except the order in which the exchanges of a session take
/// place; everything else is in the objects.
public final class EdgeService: Sendable {
    /// How the service is set up.
    public let configuration: EdgeConfiguration

    let logger: Logger
    let clock: any RuntimeClock
    let connections = ConnectionRegistry()
    let services: [any Service]
    private let responder: EdgeResponder
    private let lifecycle: EdgeLifecycle

    /// Makes the service's classes known to a runtime; to be called before the service is created.
    public static func register(on roost: Roost) throws(RoostError) {
        for compiled in EdgeClasses.all { try compiled.register(on: roost) }
    }

    /// Creates the service with the provider that the configuration names; nothing starts yet.
    ///
    /// - Throws: `RoostError` if the classes are not registered.
    public convenience init(
        configuration: EdgeConfiguration,
        roost: Roost,
        tenants: TenantDirectory,
        logger: Logger
    ) throws(RoostError) {
        switch configuration.provider {
        case .offline:
            try self.init(
                configuration: configuration,
                roost: roost,
                tenants: tenants,
                model: OfflineModel(),
                logger: logger
            )
        case .openai:
            let http = ModelHTTPClient()
            let model = OpenAIModel(
                configuration: OpenAIConfiguration(
                    baseURL: configuration.providerBaseURL,
                    apiKey: configuration.providerKey
                ),
                http: http
            )
            try self.init(
                configuration: configuration,
                roost: roost,
                tenants: tenants,
                model: model,
                services: [http],
                logger: logger
            )
        }
    }

    /// Creates the service with a given model and more routes than its own; nothing starts yet.
    package init(
        configuration: EdgeConfiguration,
        roost: Roost,
        tenants: TenantDirectory,
        model: any ChatModel,
        services: [any Service] = [],
        routes: (inout RouteTable<EdgeRoute>) -> Void = { _ in },
        logger: Logger
    ) throws(RoostError) {
        try Self.check(configuration.publicBindings, roost)
        self.configuration = configuration
        self.logger = logger
        self.services = services
        clock = roost.clock
        lifecycle = EdgeLifecycle()
        responder = try EdgeResponder(
            configuration: configuration,
            roost: roost,
            tenants: tenants,
            models: ModelService(provider: model, defaultModelId: configuration.defaultModel),
            connections: connections,
            lifecycle: lifecycle,
            more: routes,
            logger: logger
        )
    }

    private static func check(_ bindings: [String: String], _ roost: Roost) throws(RoostError) {
        let own = [ChatSession.self, SessionIndex.self, RateLimiter.self].map { String(describing: $0) }
        for (binding, name) in bindings.sorted(by: { $0.key < $1.key }) {
            guard !own.contains(name), roost.knows(roost.classKey(name)) else {
                throw RoostError.cannotBePublic(binding: binding, className: name)
            }
        }
    }

    /// What answers requests, without a socket.
    package func makeResponder() -> EdgeResponder { responder }

    /// The server that listens where the configuration says.
    ///
    /// - Parameter onRunning: called once it listens, with the port, which the system has chosen if the configuration
    ///   says 0.
    public func makeServer(onRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }) -> EdgeServer {
        EdgeServer(service: self, onRunning: onRunning)
    }

    /// Whether shutdown was asked for.
    package var isDraining: Bool { lifecycle.isDraining }

    /// Takes no further requests; those under way go on.
    public func beginDraining() { lifecycle.beginDraining() }
}
