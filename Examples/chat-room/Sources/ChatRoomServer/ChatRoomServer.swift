import ChatRoom
import RoostGateway
import RoostRuntime

/// The edge service with one class more, which clients may reach.
@main
struct ChatRoomServer {
    static func main() async throws {
        // From the environment: ROOST_PORT, ROOST_DATA, …
        var configuration = try EdgeConfiguration.load(EdgeArguments())
        configuration.publicBindings = ["ROOM": "ChatRoom"]

        let store = try Store.open(directory: configuration.dataDirectory)
        defer { store.close() }
        let roost = Roost(store: store)
        try EdgeService.register(on: roost)
        try roost.register(ChatRoom.self)
        roost.start()

        let service = try EdgeService(
            configuration: configuration,
            roost: roost,
            tenants: await TenantDirectory.load(
                directory: configuration.tenantsDirectory,
                profile: configuration.profile
            ),
            logger: EdgeLogging.makeLogger(clock: roost.clock)
        )
        try await service.makeServer { port in
            print("The lobby is at http://alpha.localhost:\(port)/objects/ROOM/lobby")
        }.run()
    }
}
