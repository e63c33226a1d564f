import HTTPTypes
import RoostRuntime
import RoostTesting
import Synchronization
import Testing

/// A close that is on its way while its object goes to sleep or ends, and sockets that are closed from outside.
///
/// Cases of `hibernation-manager-test.c++`, `server-test.c++` and `unsafe-module-test.js` carry their names.
struct ClosingTests {
    private static let closing = Room.Script(message: { room, socket, _ in
        _ = try room.count()
        try socket.close(code: 4_000, reason: "enough")
    })

    @Test func `in-flight DO close survives hibernation within one IoContext`() throws {
        let test = try SocketTest("close in flight", Self.closing)
        let socket = try test.connect()
        test.test.disk.holdCommits()
        test.send("go", on: socket)
        let (runtime, room) = (test.test.test, test.room)
        let eviction = test.test.start { try await runtime.evict(room) }
        test.sleep()
        #expect(test.isAwake && !eviction.isDone)
        #expect(socket.heard == [])
        test.test.disk.releaseCommits()
        test.test.settle()
        #expect(eviction.isDone)
        #expect(socket.heard == ["closed 4000 enough"])
        test.sleep()
        #expect(!test.isAwake)
        #expect(test.heard.filter { $0 != "wake" } == ["message go", "closed 4000 enough true"])
        #expect(test.sockets == 0)
    }

    @Test func `the answer to a close wakes the object that has gone to sleep meanwhile`() throws {
        let test = try SocketTest("answer wakes", Self.closing)
        let line = SilentLine()
        let room = test.room
        let response = try test.test.run { try await room.fetch("/", headerFields: [.upgrade: "websocket"]) }
        let receiver = try #require(response.webSocket).attach(line)
        try test.test.run { await receiver.received(.text("go")) }
        #expect(line.said == ["close 4000 enough"])
        test.sleep()
        #expect(!test.isAwake)
        #expect(test.sockets == 1)
        try test.test.run { await receiver.closed(code: 4_000, reason: "enough") }
        #expect(test.heard == ["wake", "message go", "wake", "closed 4000 enough true"])
        #expect(line.said == ["close 4000 enough"])
        #expect(test.sockets == 0)
    }

    @Test(arguments: [true, false])
    func `in-flight DO close lost across IoContext destruction`(aborts: Bool) throws {
        let test = try SocketTest("close lost \(aborts)", Self.closing)
        let socket = try test.connect()
        test.test.disk.holdCommits()
        test.send("go", on: socket)
        #expect(socket.heard == [])
        if aborts {
            let room = test.room
            #expect(throws: RoostError.self) { try test.test.run { try await room.abort() } }
        } else {
            test.test.disk.failCommits(1)
        }
        test.test.disk.releaseCommits()
        test.test.settle()
        #expect(socket.heard == ["closed 1006 WebSocket disconnected without sending Close frame."])
        #expect(test.heard == ["wake", "message go"])
        #expect(test.sockets == 0)
    }

    @Test func `websocket constructor blockConcurrencyWhile throws after send: nothing sent, socket closed`() throws {
        let asked = "asked by a constructor's section"
        let test = try SocketTest(
            "constructor's section throws",
            Room.Script(loading: { room in
                for socket in room.context.getWebSockets() {
                    try socket.send("too early")
                    try await room.context.objects(of: Room.self).get(asked).say("hello")
                    throw TestError.refused
                }
            })
        )
        let socket = try test.connect()
        test.sleep()
        let closing = test.test.start { await socket.close(code: 1_000) }
        test.test.settle()
        #expect(closing.isDone)
        #expect(Room.heard(in: asked) == ["wake"])
        #expect(socket.heard == ["closed 1006 WebSocket disconnected without sending Close frame."])
        #expect(test.heard == ["wake", "wake"])
        #expect(test.sockets == 0)
    }

    @Test func `test_evict_all_durable_objects_closes_websockets`() throws {
        let test = try SocketTest(
            "evict all",
            Room.Script(message: { room, socket, _ in try socket.send("\(try room.count())") })
        )
        let runtime = test.test.test
        let other = try test.test.objects(of: Room.self).get("evict all, another")
        let one = try test.connect()
        test.send("a", on: one)
        let two = try test.test.run { try await runtime.connect(to: other) }
        try test.test.run { try await runtime.evictAll() }
        #expect(!test.isAwake)
        #expect([one.close, two.close] == [nil, nil])
        #expect(test.sockets == 2)
        // Of an object that sleeps the sockets stay, as it has nothing to be evicted from.
        test.send("b", on: one)
        try test.test.run { try await runtime.evictAll(sockets: .close) }
        #expect(one.heard == ["1", "2", "closed 1006 WebSocket disconnected without sending Close frame."])
        #expect(two.close == nil)
        #expect(test.sockets == 1)
        #expect(test.heard == ["wake", "message a", "wake", "message b"])
        // What was stored stays.
        let again = try test.connect()
        test.send("c", on: again)
        #expect(again.heard == ["3"])
    }
}

/// The other side of a socket that answers nothing by itself.
private final class SilentLine: WebSocketTransport {
    private let log = Mutex<[String]>([])

    var said: [String] { log.withLock { $0 } }
    var pendingBytes: Int { 0 }

    func send(_ message: WebSocketMessage) { log.withLock { $0.append("message of \(message.byteCount)") } }

    func close(code: UInt16?, reason: String) { log.withLock { $0.append("close \(code ?? 0) \(reason)") } }

    func drop() { log.withLock { $0.append("drop") } }
}
