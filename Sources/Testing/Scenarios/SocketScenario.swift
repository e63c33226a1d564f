import RoostRuntime
package import RoostTesting
import Synchronization

extension Scenarios {
    /// People talk in rooms that sleep, wake, are reset and crash; some of them do not listen.
    package static let sockets = {
        var scenario = talk
        scenario.configuration.webSocketPendingBytesMax = SocketPromises.waitingBytesMax
        return scenario
    }()

    private static let talk = SimulationScenario(
        "sockets",
        "WebSockets of sleeping objects: what is sent is durable and in order, what sleeps keeps its sockets, each end "
            + "is told once, and who does not read is given up."
    ) {
        try $0.register(SimulatedRoom.self)
    } build: { world in
        let gate = world.check(NothingLeavesEarly(world, key: SimulatedRoom.key))
        let promises = world.check(SocketPromises(world, gate: gate))
        let ended = Mutex<[String: [String]]>([:])
        for number in 1...3 {
            world.client("client \(number)") { client in
                for round in 1...2 {
                    let room = "s\(client.random.draw(1...2))"
                    let who = "\(number)-\(round)"
                    if try await visit(room, as: who, client, promises) {
                        ended.withLock { $0[room, default: []].append(who) }
                    }
                }
            }
        }
        world.atEnd { client in
            for room in ["s1", "s2"] {
                let closes = try await client.call("closes of \(room)") {
                    try await client.object(SimulatedRoom.self, room).closes()
                }
                for (who, count) in closes where count > 1 {
                    client.world.violate("\(room) was told \(count) times of the end of \(who).")
                }
                for who in ended.withLock({ $0[room] ?? [] }) where closes[who] == nil && !client.world.mayFail {
                    client.world.violate("\(room) was never told of the end of \(who).")
                }
            }
        }
    }

    /// One connection, from its beginning to its end.
    ///
    /// - Returns: Whether the object has heard of the end.
    private static func visit(
        _ room: String,
        as who: String,
        _ client: SimulationClient,
        _ promises: SocketPromises
    ) async throws -> Bool {
        let object = "SimulatedRoom \(room)"
        let cuts = promises.cuts(of: object)
        let opened = try await client.attempt("\(who) connects to \(room)") {
            try await client.world.test.connect(to: client.object(SimulatedRoom.self, room), path: "/?who=\(who)") {
                promises.arrived($0, from: object, on: who, cutsBefore: cuts)
            }
        }
        guard let socket = try? opened.get() else { return false }
        if client.random.oneIn(4) {
            try await dawdle(as: who, on: socket, client, promises)
        } else {
            try await talk(as: who, on: socket, client)
        }
        let isCut = socket.close?.code == 1_006
        promises.leaves(who)
        _ = try await client.attempt("\(who) leaves") {
            if client.random.oneIn(2) { await socket.close(code: 1_000) } else { await socket.vanish() }
        }
        return !isCut && promises.cuts(of: object) == cuts
    }

    private static func talk(as who: String, on socket: TestWebSocket, _ client: SimulationClient) async throws {
        for line in 1...4 where socket.close == nil {
            if client.random.oneIn(3) { await client.pause(client.random.delay()) }
            switch client.random.draw(0...7) {
            case 0:
                _ = try await client.attempt("\(who) pings") { await socket.send("ping") }
            case 1:
                _ = try await client.attempt("\(who) broadcasts") { await socket.send("\(who)/broadcast") }
            case 2 where client.world.mayFail && client.random.oneIn(4):
                _ = try await client.attempt("\(who) resets") { await socket.send("\(who)/reset") }
            default:
                _ = try await client.attempt("\(who) says \(line)") { await socket.send("\(who)/\(line)") }
                await hear("\(who)/\(line)", on: socket)
            }
        }
    }

    /// Asks for more than may wait, and reads nothing of it.
    private static func dawdle(
        as who: String,
        on socket: TestWebSocket,
        _ client: SimulationClient,
        _ promises: SocketPromises
    ) async throws {
        promises.dawdles(who)
        for _ in 0...2 * SocketPromises.waitingBytesMax / SimulatedRoom.muchBytes where socket.close == nil {
            _ = try await client.attempt("\(who) asks for much") { await socket.send("\(who)/much") }
            promises.holds(who, socket.waiting)
        }
        if socket.close?.code != 1_013, !client.world.mayFail {
            client.world.violate("\(who) has read nothing and was not given up.")
        }
        // The room is told of it when nobody has anything else to do.
        await client.pause(.seconds(1))
    }

    /// Waits for an answer, or the end: one of them must come.
    private static func hear(_ line: String, on socket: TestWebSocket) async {
        while true {
            switch await socket.receive() {
            case .message(.text(let text)) where text.hasSuffix(" b \(line)") || text == "sorry \(line)": return
            case .message: continue
            case .closed: return
            }
        }
    }
}
