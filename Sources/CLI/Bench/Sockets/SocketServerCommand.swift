import ArgumentParser
import Glibc
import Logging
import RoostGateway
import RoostRuntime
import RoostStorage
import ServiceLifecycle

/// A server whose sockets send back what comes: the other side of `bench sockets`, in a process of its own so that its
/// memory can be told from the clients'; and what a conformance suite is pointed at.
struct SocketServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "socket-server", shouldDisplay: false)

    @Option var port = 0

    @Option var messageBytes = 1 << 20

    func run() async throws {
        var configuration = EdgeConfiguration()
        configuration.port = port
        configuration.limits.connections = ServeOpenFiles.raise(to: 40_000)
        configuration.sockets.messageBytes = messageBytes
        // A message of the largest size in frames of 64 bytes.
        configuration.sockets.fragments = messageBytes / 64
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let store = try Store.inMemory()
        let roost = Roost(store: store)
        try EdgeService.register(on: roost)
        try roost.register(EchoObject.self)
        configuration.publicBindings = ["ECHO": "EchoObject"]
        let service = try EdgeService(
            configuration: configuration,
            roost: roost,
            tenants: try await Self.tenants(),
            model: OfflineModel(),
            routes: { SocketEcho.add(to: &$0) },
            logger: logger
        )
        let server = service.makeServer { port in
            print("\(port) \(getpid())")
            // A pipe would otherwise keep the line until its buffer is full.
            fflush(nil)
        }
        try await ServiceGroup(configuration: .init(services: [server], logger: logger)).run()
    }

    /// One tenant that is known by the server's address, for clients that cannot send a header, and never limited.
    private static func tenants() async throws -> TenantDirectory {
        let text = """
            {"tenantId": "alpha", "allowedHosts": ["127.0.0.1"],
             "rateLimit": {"tokenBucket": {"capacity": 10000, "refillPerSecond": 1000000}}}
            """
        let source = ConfigurationSource(
            environment: { _ in nil },
            files: { _ in ["alpha.json"] },
            contents: { _ in Array(text.utf8) }
        )
        return try await TenantDirectory.load(directory: "tenants", profile: .development, source: source)
    }
}

/// The gateway's part alone: what comes is sent back without an object.
private struct SocketEcho: WebSocketReceiver {
    let transport: any WebSocketTransport

    static func add(to table: inout RouteTable<EdgeRoute>) {
        table.add(
            .get,
            "/echo",
            EdgeRoute(.operations) { request in
                try request.upgrade(request.handshake()) { SocketEcho(transport: $0) }
            }
        )
    }

    func received(_ message: WebSocketMessage) async { transport.send(message) }
    func closed(code: UInt16?, reason: String) async {}
    func vanished() async {}
    func failed(_ error: WebSocketError) async {}
}
