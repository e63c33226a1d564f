import RoostRuntime
import RoostTesting
import Testing

/// The origin's own checks of hibernating WebSockets, by their names.
struct HibernationTests {
    @Test func `smoke: create, accept, query`() throws {
        let test = try SocketTest("smoke")
        let socket = try test.connect()
        #expect(try test.tags() == [[]])
        #expect(test.sockets == 1)
        #expect(try test.test.test.roost.webSocketCount(of: test.room) == 1)
        #expect(socket.close == nil)
    }

    @Test func `DO sends string message to eyeball`() throws {
        let test = try SocketTest("sends text")
        let socket = try test.connect()
        try test.say("hello")
        #expect(socket.heard == ["hello"])
    }

    @Test func `DO sends binary message to eyeball, and eyeball sends binary message: dispatched to worker`() throws {
        let test = try SocketTest("binary")
        let socket = try test.connect()
        try test.test.run { await socket.send([1, 2, 255]) }
        #expect(test.heard == ["wake", "bytes 3"])
        #expect(socket.waiting == [.message(.binary([1, 2, 255]))])
    }

    @Test func `eyeball sends non-auto-response message: dispatched to worker`() throws {
        let test = try SocketTest("dispatched")
        let socket = try test.connect()
        try test.test.run { await socket.send("hi") }
        #expect(test.heard == ["wake", "message hi"])
    }

    @Test func `DO close sends close frame to eyeball`() throws {
        let test = try SocketTest(
            "closes",
            Room.Script(message: { _, socket, _ in try socket.close(code: 1_001, reason: "bye") })
        )
        let socket = try test.connect()
        test.send("go", on: socket)
        #expect(socket.close == WebSocketClose(code: 1_001, reason: "bye", wasClean: true))
        // The other side's answer ends it.
        #expect(test.heard == ["wake", "message go", "closed 1001 bye true"])
        #expect(test.sockets == 0)
    }

    @Test func `eyeball close dispatches webSocketClose to worker`() throws {
        let test = try SocketTest("hears close")
        let socket = try test.connect()
        try test.test.run { await socket.close(code: 1_234, reason: "OK") }
        #expect(test.heard == ["wake", "closed 1234 OK true"])
        #expect(socket.close?.code == 1_234)
        #expect(test.sockets == 0)
        #expect(test.events.events.suffix(2) == [.webSocketAccepted("hears close"), .webSocketEnded("hears close")])
    }

    @Test func `client close 1234 "OK" answered by 4321 "KO"`() throws {
        let test = try SocketTest(
            "KO",
            Room.Script(closed: { room, socket, _ in
                _ = try room.count()
                try socket.close(code: 4_321, reason: "KO")
            })
        )
        let socket = try test.connect()
        test.test.disk.holdCommits()
        let closing = test.test.start { await socket.close(code: 1_234, reason: "OK") }
        test.test.settle()
        #expect(!closing.isDone && socket.close == nil)
        test.test.disk.releaseCommits()
        test.test.settle()
        #expect(socket.close == WebSocketClose(code: 4_321, reason: "KO", wasClean: true))
    }

    @Test func `a peer that vanishes is 1006, and told once`() throws {
        let test = try SocketTest("vanishes")
        let socket = try test.connect()
        try test.test.run {
            await socket.vanish()
            await socket.close(code: 1_000)
        }
        #expect(test.heard == ["wake", "closed 1006 WebSocket disconnected without sending Close frame. false"])
    }

    @Test func `failed event dispatches remove WebSocket`() throws {
        let test = try SocketTest(
            "dispatch fails",
            Room.Script(starting: { context in
                if Room.heard(in: "dispatch fails").count > 1 { throw TestError.refused }
            })
        )
        let one = try test.connect("a")
        let other = try test.connect("b")
        test.sleep()
        test.send("x", on: one)
        #expect(one.close?.code == 1_006)
        #expect(other.close?.code == 1_006)
        #expect(test.sockets == 0)
    }

    @Test func `multiple tagged WebSockets are addressable independently`() throws {
        let test = try SocketTest("tags")
        let one = try test.connect("a&b")
        let two = try test.connect("b&c&c")
        try test.say("to a", to: "a")
        try test.say("to b", to: "b")
        try test.say("to nobody", to: "d")
        #expect(one.heard == ["to a", "to b"])
        #expect(two.heard == ["to b"])
        // The newest first without a tag, the oldest first with one.
        #expect(try test.tags() == [["b", "c"], ["a", "b"]])
        #expect(try test.tags("b") == [["a", "b"], ["b", "c"]])
        #expect(try test.tags("d") == [])
        try test.test.run { await one.close() }
        #expect(try test.tags("b") == [["b", "c"]])
        #expect(try test.tags("a") == [])
    }

    @Test func `websocket hibernation: message wake, a fresh instance replies`() throws {
        let test = try SocketTest(
            "message wake",
            Room.Script(
                accepted: { _, socket in try socket.serializeAttachment(["name": "ada"]) },
                message: { _, socket, _ in
                    let name = try socket.deserializeAttachment(as: [String: String].self)?["name"] ?? "-"
                    try socket.send("\(name) \(socket.tags) \(socket.subprotocol ?? "-")")
                }
            )
        )
        let socket = try test.connect("t", subprotocols: ["chat.v1", "chat.v0"])
        #expect(socket.subprotocol == "chat.v1")
        test.sleep()
        #expect(!test.isAwake)
        #expect(socket.close == nil)
        test.send("hello", on: socket)
        #expect(test.heard == ["wake", "wake", "message hello"])
        #expect(socket.heard == [#"ada ["t"] chat.v1"#])
    }

    @Test func `websocket hibernation: HTTP wake, getWebSockets can send`() throws {
        let test = try SocketTest("HTTP wake")
        let socket = try test.connect()
        test.sleep()
        try test.say("hello")
        #expect(test.heard == ["wake", "wake"])
        #expect(socket.heard == ["hello"])
    }

    @Test func `HTTP wake that calls ctx.abort(): hibernated socket is disconnected`() throws {
        let test = try SocketTest("abort")
        let socket = try test.connect()
        test.sleep()
        let room = test.room
        #expect(throws: RoostError.self) { try test.test.run { try await room.abort() } }
        #expect(socket.heard == ["closed 1006 WebSocket disconnected without sending Close frame."])
        #expect(test.sockets == 0)
        test.test.settle()
        #expect(test.heard == ["wake", "wake"])
    }

    @Test func `websocket constructor throws after send: nothing sent, socket closed`() throws {
        let test = try SocketTest(
            "constructor throws",
            Room.Script(starting: { context in
                for socket in context.getWebSockets() {
                    try socket.send("too early")
                    throw TestError.refused
                }
            })
        )
        let socket = try test.connect()
        test.sleep()
        let closing = test.test.start { await socket.close(code: 1_000) }
        test.test.settle()
        #expect(closing.isDone)
        #expect(socket.heard == ["closed 1006 WebSocket disconnected without sending Close frame."])
    }

    @Test func `what the constructor sends leaves when it has returned`() throws {
        let test = try SocketTest(
            "constructor sends",
            Room.Script(starting: { context in
                for socket in context.getWebSockets() { try socket.send("back") }
            })
        )
        let socket = try test.connect()
        test.sleep()
        try test.say("hello")
        #expect(socket.heard == ["back", "hello"])
    }

    @Test func `preserves hibernatable WebSocket message order`() throws {
        let test = try SocketTest("order")
        let sockets = try (0..<5).map { _ in try test.connect() }
        let sending = sockets.map { socket in
            test.test.start { for number in 0..<100 { await socket.send("\(number)") } }
        }
        test.test.settle()
        for socket in sockets { #expect(socket.heard == (0..<100).map(String.init)) }
        let isDone = sending.allSatisfy { $0.isDone }
        #expect(isDone)
    }

    @Test func `hibernates WebSockets across eviction, and closes them when requested`() throws {
        let test = try SocketTest("evicted")
        let socket = try test.connect()
        let (runtime, room) = (test.test.test, test.room)
        try test.test.run { try await runtime.evict(room) }
        test.send("still there", on: socket)
        #expect(socket.heard == ["still there"])
        #expect(test.heard.filter { $0 == "wake" }.count == 2)
        try test.test.run { try await runtime.evict(room, sockets: .close) }
        #expect(socket.close?.code == 1_006)
        #expect(test.sockets == 0)
    }

    @Test func `Durable Objects may omit optional WebSocket handlers`() throws {
        let test = try SteppedTest { try $0.register(Silent.self) }
        let stub = try test.objects(of: Silent.self).get("silent")
        let runtime = test.test
        try test.run {
            let socket = try await runtime.connect(to: stub)
            await socket.send("x")
            await socket.close(code: 1_000)
            #expect(socket.close?.code == 1_000)
        }
        #expect(test.test.roost.health.webSockets == 0)
    }
}

/// Accepts WebSockets and hears nothing.
private distributed actor Silent: DurableObject {
    private let context: ObjectContext

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        self.context = context
    }

    func fetch(_ request: ObjectRequest) async throws -> ObjectResponse {
        let pair = WebSocketPair()
        try context.acceptWebSocket(pair.server)
        return .webSocket(pair.client)
    }
}
