import Glibc
import Logging
import RoostGateway
import RoostRuntime
import RoostStorage
import ServiceLifecycle
import Synchronization

/// One run of the server: opens the store, serves, and puts everything away in the opposite order.
struct ServeProcess {
    let configuration: EdgeConfiguration
    let tenants: TenantDirectory
    let deployment: ServeDeployment

    /// How long objects may still be busy after the last connection is closed.
    ///
    /// Nothing acknowledged depends on it: their replies have nobody to go to any more.
    private static let restLimit = Duration.seconds(5)

    /// Serves until the process is asked to stop.
    ///
    /// - Throws: ``ServeFailure``, `StorageError`, `RoostError`.
    func run() async throws {
        // Past the limit on the size of a file, writing shall fail like on a full disk, not end the process.
        signal(SIGXFSZ, SIG_IGN)
        let store =
            try configuration.isEphemeral
            ? Store.inMemory() : Store.open(directory: configuration.dataDirectory)
        defer { store.close() }
        let logger = EdgeLogging.makeLogger(level: configuration.logLevel, clock: SystemClock.shared)
        var runtime = RoostConfiguration()
        runtime.observer = ObjectLog(logger)
        // The rest is for the store's pages and for peaks.
        runtime.residentBytesMax = SystemMemory.limitBytes / 4 * 3
        let roost = Roost(store: store, configuration: runtime)
        warn(logger)
        var configuration = configuration
        configuration.limits.connections = connections(logger)
        try deployment.apply(
            to: roost,
            profile: configuration.profile,
            dataDirectory: configuration.dataDirectory,
            logger
        )
        roost.start()
        let service = try EdgeService(configuration: configuration, roost: roost, tenants: tenants, logger: logger)
        try await ServeSignals.watching { shutdown in
            let result = await serve(service, until: shutdown, logger)
            if await !roost.shutdown(limit: Self.restLimit) {
                logger.warning("some objects were still busy at the end; nothing acknowledged is lost")
            }
            try result.get()
        }
        if case .halted(let reason) = store.status {
            throw StorageError(
                .halted,
                "The store had stopped taking changes (\(reason)). Check the disk, then start again."
            )
        }
    }

    private func serve(
        _ service: EdgeService,
        until shutdown: ServeShutdown,
        _ logger: Logger
    ) async -> Result<Void, any Error> {
        let isListening = Announcement()
        let server = service.makeServer { port in
            isListening.make(readyLine(port: port))
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: server),
                    .init(service: shutdown, successTerminationBehavior: .gracefullyShutdownGroup),
                ],
                logger: logger
            )
        )
        do {
            return .success(try await group.run())
        } catch {
            guard !isListening.wasMade else { return .failure(error) }
            return .failure(ServeFailure(listeningOn: "\(configuration.host):\(configuration.port)", error))
        }
    }

    /// What is not wrong but worth a look.
    private func warn(_ logger: Logger) {
        for warning in configuration.warnings { logger.warning("configuration: \(warning)") }
        for warning in tenants.warnings { logger.warning("tenants: \(warning)") }
    }

    /// How many connections there may be: as configured, or fewer where the system's limit on open files is tighter.
    private func connections(_ logger: Logger) -> Int {
        let wanted = configuration.limits.connections
        let possible = ServeOpenFiles.raise(to: wanted)
        if possible < wanted {
            logger.warning("the system's limit on open files leaves room for \(possible) connections, not \(wanted)")
        }
        return possible
    }

    private func readyLine(port: Int) -> String {
        let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
        let place = configuration.isEphemeral ? "data in memory" : "data in \(configuration.dataDirectory)"
        return "Roost is ready on http://\(host):\(port) (\(configuration.profile), \(place))"
    }
}

/// Says once on standard output that the server is ready, for people and for programs that wait for it.
private final class Announcement: Sendable {
    private let made = Atomic(false)

    var wasMade: Bool { made.load(ordering: .acquiring) }

    func make(_ line: String) {
        made.store(true, ordering: .releasing)
        print(line)
        // A pipe would otherwise keep the line until its buffer is full.
        fflush(nil)
    }
}
