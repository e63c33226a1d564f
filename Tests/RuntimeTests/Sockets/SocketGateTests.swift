import RoostTesting
import Testing

@testable import RoostRuntime

/// WebSockets and the output gate, and what is answered without the object.
struct SocketGateTests {
    private static let counting = Room.Script(message: { room, socket, _ in
        try socket.send("before")
        let number = try room.count()
        for other in room.context.getWebSockets() { try other.send("\(number)") }
        try socket.send("after")
    })

    @Test func `DO send waits for the actor's output gate, in the order of sending`() throws {
        let test = try SocketTest("send waits", Self.counting)
        let one = try test.connect()
        let two = try test.connect()
        test.test.disk.holdCommits()
        test.send("go", on: one)
        #expect(one.heard == ["before"])
        #expect(two.heard == [])
        test.test.disk.releaseCommits()
        test.test.settle()
        #expect(one.heard == ["before", "1", "after"])
        #expect(two.heard == ["1"])
    }

    @Test func `DO close waits for the actor's output gate`() throws {
        let test = try SocketTest(
            "close waits",
            Room.Script(message: { room, socket, _ in
                _ = try room.count()
                try socket.close(code: 1_000)
            })
        )
        let socket = try test.connect()
        test.test.disk.holdCommits()
        test.send("go", on: socket)
        #expect(socket.close == nil)
        test.test.disk.releaseCommits()
        test.test.settle()
        #expect(socket.close?.code == 1_000)
    }

    @Test func `a commit that fails drops what waits for it, and the sockets`() throws {
        let test = try SocketTest("commit fails", Self.counting)
        let socket = try test.connect()
        test.test.disk.failCommits(1)
        test.send("go", on: socket)
        #expect(socket.heard == ["before", "closed 1006 WebSocket disconnected without sending Close frame."])
        let again = try test.connect()
        test.send("go", on: again)
        #expect(again.heard == ["before", "1", "after"])
    }

    @Test func `an object that has something to send does not sleep before it is sent`() throws {
        let test = try SocketTest("held awake", Self.counting)
        let socket = try test.connect()
        test.test.disk.holdCommits()
        test.send("go", on: socket)
        test.sleep()
        #expect(test.isAwake)
        test.test.disk.releaseCommits()
        test.test.settle()
        #expect(socket.heard == ["before", "1", "after"])
        test.sleep()
        #expect(!test.isAwake)
    }

    @Test func `a broadcast is one passage, and nobody overtakes`() throws {
        let test = try SocketTest("broadcast", Self.counting)
        let sockets = try (0..<100).map { _ in try test.connect() }
        test.test.disk.holdCommits()
        let sending = sockets.prefix(3).map { socket in test.test.start { await socket.send("go") } }
        test.test.settle()
        #expect(sockets[50].heard == [])
        test.test.disk.releaseCommits()
        test.test.settle()
        for socket in sockets.dropFirst(3) { #expect(socket.heard == ["1", "2", "3"]) }
        let isDone = sending.allSatisfy { $0.isDone }
        #expect(isDone)
    }

    // MARK: Answers without the object

    private static let answering = Room.Script(
        starting: { context in
            context.setWebSocketAutoResponse(try WebSocketRequestResponsePair(request: "ping", response: "pong"))
        },
        message: { room, socket, message in
            if message == .text("when") {
                let time = room.context.getWebSocketAutoResponseTimestamp(socket)
                return try socket.send("\(time?.milliseconds ?? 0)")
            }
            _ = try room.count()
            try socket.send(message)
        }
    )

    @Test func `auto-response request not dispatched to worker (active)`() throws {
        let test = try SocketTest("auto active", Self.answering)
        let socket = try test.connect()
        test.send("ping", on: socket)
        test.send("Ping", on: socket)
        test.send("ping ", on: socket)
        try test.test.run { await socket.send(Array("ping".utf8)) }
        #expect(test.heard == ["wake", "message Ping", "message ping ", "bytes 4"])
        #expect(socket.heard.first == "pong")
        #expect(socket.heard.count == 4)
    }

    @Test func `auto-response not dispatched to worker (hibernated), and its time is known`() throws {
        let test = try SocketTest("auto hibernated", Self.answering)
        let socket = try test.connect()
        test.send("when", on: socket)
        test.sleep()
        let time = test.test.test.clock.now
        test.send("ping", on: socket)
        #expect(!test.isAwake)
        #expect(test.heard == ["wake", "message when"])
        test.test.advance(by: .seconds(1))
        test.send("when", on: socket)
        #expect(socket.heard == ["0", "pong", "\(time.milliseconds)"])
    }

    @Test func `auto-response (active) bypasses the output gate`() throws {
        let test = try SocketTest("auto gate", Self.answering)
        let one = try test.connect()
        let two = try test.connect()
        test.test.disk.holdCommits()
        test.send("x", on: one)
        test.send("ping", on: two)
        #expect(one.heard == [])
        #expect(two.heard == ["pong"])
        test.test.disk.releaseCommits()
        test.test.settle()
        #expect(one.heard == ["x"])
    }

    @Test func `the setting survives sleep, and not a reset`() throws {
        let test = try SocketTest(
            "setting",
            Room.Script(message: { room, socket, message in
                if message == .text("set") {
                    room.context.setWebSocketAutoResponse(try .init(request: "a", response: "b"))
                    try room.context.setHibernatableWebSocketEventTimeout(.seconds(5))
                }
                let timeout = room.context.getHibernatableWebSocketEventTimeout()
                try socket.send("\(room.context.getWebSocketAutoResponse()?.response ?? "none") \(timeout ?? .zero)")
            })
        )
        let socket = try test.connect()
        test.send("set", on: socket)
        test.sleep()
        test.send("get", on: socket)
        test.send("a", on: socket)
        #expect(socket.heard == ["b 5.0 seconds", "b 5.0 seconds", "b"])
        let room = test.room
        #expect(throws: RoostError.self) { try test.test.run { try await room.abort() } }
        let next = try test.connect()
        test.send("get", on: next)
        #expect(next.heard == ["none 0.0 seconds"])
    }

    @Test func `an object without sockets leaves nothing behind when it sleeps`() throws {
        let test = try SocketTest("nothing behind", Self.answering)
        let socket = try test.connect()
        try test.test.run { await socket.close() }
        let entry = try test.test.objects(of: Room.self).entry
        #expect(entry.sockets.existing(test.room.id.id.raw) != nil)
        test.sleep()
        #expect(entry.sockets.existing(test.room.id.id.raw) == nil)
        // And when the last one ends while it sleeps.
        let second = try test.connect()
        test.sleep()
        try test.test.run { await second.vanish() }
        test.sleep()
        #expect(entry.sockets.allInOrder.isEmpty)
    }
}
