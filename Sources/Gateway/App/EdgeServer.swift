import Hummingbird
import HummingbirdCore
import Logging
import RoostRuntime
public import ServiceLifecycle

/// The listening server: a service that runs until shutdown is asked for.
///
/// On shutdown it takes no new connections and refuses new requests; those under way, streams included, may go on
/// until the drain limit, then their connections are closed. WebSockets are closed with 1001 at once.
public struct EdgeServer: Service {
    let service: EdgeService
    let onRunning: @Sendable (_ port: Int) async -> Void

    /// Listens and answers until shutdown.
    public func run() async throws {
        let service = service
        let configuration = service.configuration
        let application = Application(
            responder: service.makeResponder(),
            server: HTTPServerBuilder { responder in
                EdgeChannel(
                    responder: responder,
                    connections: service.connections,
                    configuration: configuration,
                    clock: service.clock
                )
            },
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                // As many as Linux takes: who does not fit knocks again only after a second, then after two, four, …
                backlog: 4096,
                availableConnectionsDelegate: MaximumAvailableConnections(
                    configuration.limits.connections,
                    logger: service.logger
                )
            ),
            services: service.services,
            onServerRunning: { [onRunning] channel in await onRunning(channel.localAddress?.port ?? configuration.port)
            },
            logger: service.logger
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await application.run()
                // WebSockets have no task that the server would have waited for.
                await service.connections.emptied()
            }
            group.addTask {
                try await gracefulShutdown()
                service.beginDraining()
                try await service.clock.sleep(for: configuration.drainLimit)
                service.connections.closeAll()
            }
            // Whichever ends first: the server, when every connection is closed or it could not start; or the
            // patience.
            try await group.next()
            group.cancelAll()
        }
    }
}
