import RoostRuntime
import RoostTesting
import Synchronization

/// A room for one test, with virtual time and a disk that can be held.
struct SocketTest {
    let test: SteppedTest
    let events = EventRecorder()
    let name: String
    let room: Room

    init(
        _ name: String,
        _ script: Room.Script = Room.Script(),
        pendingBytesMax: Int = 4 << 20,
        configure: (inout RoostConfiguration) -> Void = { _ in }
    ) throws {
        Room.scripts.withLock { $0[name] = script }
        self.name = name
        var configuration = RoostConfiguration()
        configuration.observer = events
        configuration.webSocketPendingBytesMax = pendingBytesMax
        configure(&configuration)
        test = try SteppedTest(configuration: configuration) { try $0.register(Room.self) }
        room = try test.objects(of: Room.self).get(name)
    }

    func connect(_ query: String = "", subprotocols: [String] = []) throws -> TestWebSocket {
        let test = test.test
        let room = room
        return try self.test.run {
            try await test.connect(to: room, path: query.isEmpty ? "/" : "/?\(query)", subprotocols: subprotocols)
        }
    }

    /// Sends a text and lets everything run; it need not have been handled.
    @discardableResult
    func send(_ text: String, on socket: TestWebSocket) -> Pending<Void> {
        let pending = test.start { await socket.send(text) }
        test.settle()
        return pending
    }

    func say(_ text: String, to tag: String? = nil) throws {
        let room = room
        try test.run { try await room.say(text, to: tag) }
    }

    /// The tags of the object's sockets, as it sees them.
    func tags(_ tag: String? = nil) throws -> [[String]] {
        let room = room
        return try test.run { try await room.sockets(tag) }
    }

    /// Lets the object go to sleep.
    func sleep() { test.advance(by: .seconds(11)) }

    var isAwake: Bool { test.test.roost.health.liveInstances > 0 }

    var heard: [String] { Room.heard(in: name) }

    /// How many sockets the runtime knows.
    var sockets: Int { test.test.roost.health.webSockets }
}
