import RoostRuntime
import RoostTesting
import Synchronization
import Testing

/// What the origin allows, in its words, and what failure does.
struct SocketLimitTests {
    /// Runs a body inside an object and gives the text of the error that it throws.
    private func error(_ name: String, _ body: @escaping @Sendable (ObjectContext) throws -> Void) throws -> RoostError?
    {
        let test = try SocketTest(name)
        let (runtime, room) = (test.test.test, test.room)
        do {
            try test.test.run { try await runtime.run(in: room) { _, context in try body(context) } }
            return nil
        } catch {
            return error as? RoostError
        }
    }

    @Test func `ten tags, and no more, not even a double`() throws {
        let ten = (0..<10).map(String.init)
        #expect(try error("ten tags") { try $0.acceptWebSocket(WebSocketPair().server, tags: ten) } == nil)
        for extra in ["x", "3"] {
            let error = try error("eleven tags") { try $0.acceptWebSocket(WebSocketPair().server, tags: ten + [extra]) }
            #expect(error?.message == "a Hibernatable WebSocket cannot have more than 10 tags")
            #expect(error?.code == .limitExceeded)
        }
    }

    @Test func `a tag has at most 256 bytes`() throws {
        let tag = String(repeating: "é", count: 128)
        #expect(try error("long tag") { try $0.acceptWebSocket(WebSocketPair().server, tags: [tag]) } == nil)
        let error = try error("longer tag") { try $0.acceptWebSocket(WebSocketPair().server, tags: [tag + "x"]) }
        #expect(error?.message == "\"\(tag)x\" is longer than the max tag length (256 characters).")
    }

    @Test func `a socket is accepted once, and used after that`() throws {
        let twice = try error("twice") { context in
            let pair = WebSocketPair()
            try context.acceptWebSocket(pair.server)
            try context.acceptWebSocket(pair.server)
        }
        #expect(twice?.message.contains("its pair has already been accepted or used in a Response.") == true)
        let early = try error("early") { _ in try WebSocketPair().server.send("x") }
        #expect(
            early?.message
                == "You must call one of accept() or state.acceptWebSocket() on this WebSocket before sending messages."
        )
        let tags = try error("early tags") { context in _ = try context.getTags(WebSocketPair().server) }
        #expect(
            tags?.message == "you must call 'acceptWebSocket()' before attempting to access the tags of a WebSocket."
        )
    }

    @Test(arguments: [0, 999, 1_004, 1_005, 1_006, 1_015, 5_000] as [UInt16])
    func `codes that cannot be sent are refused`(code: UInt16) throws {
        let error = try error("code \(code)") { context in
            let pair = WebSocketPair()
            try context.acceptWebSocket(pair.server).close(code: code)
        }
        #expect(error?.message == "Invalid WebSocket close code: \(code).")
    }

    @Test func `close takes a reason with a code, of at most 123 bytes, and send after close throws`() throws {
        let reason = String(repeating: "r", count: 123)
        let error = try error("reasons") { context in
            let pair = WebSocketPair()
            let socket = try context.acceptWebSocket(pair.server)
            #expect(throws: RoostError.self) { try socket.close(reason: "no code") }
            #expect(throws: RoostError.self) { try socket.close(code: 1_000, reason: reason + "r") }
            try socket.close(code: 1_000, reason: reason)
            try socket.close()
            try socket.send("x")
        }
        #expect(error?.message == "Can't call WebSocket send() after close().")
    }

    @Test func `an attachment has at most 16,384 bytes, and is a copy`() throws {
        let fits = String(repeating: "a", count: 16_382)
        let error = try error("attachment") { context in
            let pair = WebSocketPair()
            let socket = try context.acceptWebSocket(pair.server)
            #expect(try socket.deserializeAttachment(as: String.self) == nil)
            try socket.serializeAttachment(fits)
            #expect(try context.getWebSockets()[0].deserializeAttachment(as: String.self) == fits)
            #expect(throws: RoostError.self) { try socket.deserializeAttachment(as: Int.self) }
            try socket.serializeAttachment(fits + "a")
        }
        #expect(
            error?.message
                == "A WebSocket 'attachment' cannot be larger than 16384 bytes.'attachment' was 16385 bytes."
        )
    }

    @Test func `texts that are answered have at most 2,048 bytes`() throws {
        let fits = String(repeating: "a", count: 2_048)
        _ = try WebSocketRequestResponsePair(request: fits, response: fits)
        let request = #expect(throws: RoostError.self) {
            try WebSocketRequestResponsePair(request: fits + "a", response: "")
        }
        #expect(request?.message == "Request cannot be larger than 2048 bytes. A request of size 2049 was provided.")
        let response = #expect(throws: RoostError.self) {
            try WebSocketRequestResponsePair(request: "", response: fits + "a")
        }
        #expect(response?.message == "Response cannot be larger than 2048 bytes. A response of size 2049 was provided.")
    }

    @Test func `an event timeout is at most a week`() throws {
        let error = try error("week") { context in
            try context.setHibernatableWebSocketEventTimeout(.milliseconds(604_800_000))
            try context.setHibernatableWebSocketEventTimeout(.zero)
            #expect(context.getHibernatableWebSocketEventTimeout() == nil)
            try context.setHibernatableWebSocketEventTimeout(.milliseconds(604_800_001))
        }
        #expect(error?.message == "Event timeout should not exceed 604800000 ms.")
    }

    @Test func `only 32,768 sockets are accepted`() throws {
        let message = Kept("")
        _ = try error("too many") { context in
            var ends: [WebSocketPair] = []
            do {
                for _ in 0...32_768 {
                    ends.append(WebSocketPair())
                    try context.acceptWebSocket(ends[ends.count - 1].server)
                }
            } catch let error as RoostError {
                message.withLock { $0 = error.message }
            }
            // So that nobody is told of the end of each.
            try context.abort()
        }
        let text = message.withLock { $0 }
        #expect(text == "only 32768 websockets can be accepted on a single Durable Object instance")
    }

    @Test func `handles of one socket are equal, also after sleep`() throws {
        let error = try error("equal") { context in
            let pair = WebSocketPair()
            let socket = try context.acceptWebSocket(pair.server, tags: ["a", "a"])
            #expect(socket == pair.server)
            #expect(context.getWebSockets() == [socket])
            #expect(Set(context.getWebSockets() + context.getWebSockets(tag: "a")).count == 1)
            #expect(try socket.tags == ["a"])
        }
        #expect(error == nil)
    }

    @Test func `tags are told apart by their bytes`() throws {
        let error = try error("bytes of tags") { context in
            let (whole, split) = ("\u{E9}", "e\u{301}")
            let pair = WebSocketPair()
            #expect(try context.acceptWebSocket(pair.server, tags: [whole, split]).tags.count == 2)
            let other = WebSocketPair()
            try context.acceptWebSocket(other.server, tags: [split])
            #expect(context.getWebSockets(tag: whole).count == 1)
            #expect(context.getWebSockets(tag: split).count == 2)
        }
        #expect(error == nil)
    }

    // MARK: Failure

    @Test func `a handler that throws is reported, and nothing else`() throws {
        let test = try SocketTest(
            "handler throws",
            Room.Script(message: { room, socket, _ in
                try socket.send("\(try room.count())")
                throw TestError.refused
            })
        )
        let socket = try test.connect()
        test.send("x", on: socket)
        test.send("y", on: socket)
        #expect(socket.heard == ["1", "2"])
        #expect(test.events.events.filter { $0 == .webSocketHandlerFailed("handler throws") }.count == 2)
        #expect(!test.events.events.contains(.reset("handler throws")))
    }

    @Test func `a handler that takes too long resets its object`() throws {
        let bell = Kept<CheckedContinuation<Void, Never>?>(nil)
        let test = try SocketTest(
            "too long",
            Room.Script(
                starting: { try $0.setHibernatableWebSocketEventTimeout(.seconds(5)) },
                message: { room, socket, _ in
                    _ = try room.count()
                    await withCheckedContinuation { continuation in bell.withLock { $0 = continuation } }
                    try socket.send("never")
                }
            )
        )
        let socket = try test.connect()
        let sending = test.send("x", on: socket)
        test.test.advance(by: .milliseconds(4_999))
        #expect(socket.close == nil)
        test.test.advance(by: .milliseconds(1))
        #expect(socket.heard == ["closed 1006 WebSocket disconnected without sending Close frame."])
        #expect(test.events.events.contains(.reset("too long")))
        bell.withLock { $0 }?.resume()
        test.test.settle()
        #expect(sending.isDone)
        #expect(!test.events.events.contains(.webSocketHandlerFailed("too long")))
    }

    @Test func `a broken peer is told to the object once, as a failure`() throws {
        let test = try SocketTest("broken peer")
        let socket = try test.connect()
        try test.test.run { await socket.fail(WebSocketError(closeCode: 1_007, "Invalid UTF-8.")) }
        #expect(test.heard == ["wake", "failed Invalid UTF-8."])
        #expect(test.sockets == 0)
    }

    @Test func `who reads too slowly is given up, and nobody else`() throws {
        let test = try SocketTest("slow", pendingBytesMax: 10_000)
        let slow = try test.connect("slow")
        let quick = try test.connect("quick")
        let text = String(repeating: "x", count: 1_000)
        for _ in 0..<20 {
            try test.say(text)
            _ = try test.test.run { await quick.receive() }
        }
        test.test.settle()
        #expect(slow.heard.last == "closed 1013 Messages were not read fast enough.")
        #expect(slow.heard.count < 12)
        #expect(quick.close == nil)
        #expect(test.heard == ["wake", "failed Messages were not read fast enough."])
        #expect(test.sockets == 1)
    }

    @Test func `what is not answered fast enough is bounded too`() throws {
        let test = try SocketTest(
            "ping flood",
            Room.Script(starting: { context in
                context.setWebSocketAutoResponse(try .init(request: "", response: String(repeating: "x", count: 1_000)))
            }),
            pendingBytesMax: 10_000
        )
        let socket = try test.connect()
        for _ in 0..<20 { test.send("", on: socket) }
        #expect(socket.close?.code == 1_013)
        #expect(socket.heard.count < 12)
    }

    @Test func `a single message may be larger than what may wait`() throws {
        let test = try SocketTest("large", pendingBytesMax: 100)
        let socket = try test.connect()
        try test.say(String(repeating: "x", count: 1_000))
        #expect(socket.close == nil && socket.heard.count == 1)
    }

    // MARK: Upgrades that come to nothing

    @Test func `a client end that is let go of is told as vanished`() throws {
        let test = try SocketTest("let go")
        let room = test.room
        try test.test.run { _ = try await room.fetch("/", headerFields: [.upgrade: "websocket"]) }
        test.test.settle()
        #expect(test.heard == ["wake", "closed 1006 WebSocket disconnected without sending Close frame. false"])
        #expect(test.sockets == 0)
    }

    @Test func `throwing in fetch refuses the upgrade`() throws {
        let test = try SocketTest("refuses", Room.Script(accepted: { _, _ in throw TestError.refused }))
        #expect(throws: TestError.refused) { try test.connect() }
        test.test.settle()
        #expect(test.sockets == 0)
    }

    @Test func `what is sent before the connection stands arrives, and a close after it`() throws {
        let test = try SocketTest(
            "before",
            Room.Script(accepted: { _, socket in
                try socket.send("welcome")
                try socket.close(code: 4_000)
            })
        )
        let socket = try test.connect()
        test.test.settle()
        #expect(socket.heard == ["welcome", "closed 4000 "])
        #expect(test.heard == ["wake", "closed 4000  true"])
    }

    @Test func `shutdown closes sockets with 1001, also of objects that sleep`() async throws {
        let runtime = try RoostTest { try $0.register(Room.self) }
        let room = try runtime.objects(of: Room.self).get("shutdown")
        let awake = try await runtime.connect(to: room)
        let other = try await runtime.connect(to: try runtime.objects(of: Room.self).get("shutdown asleep"))
        try await runtime.evict(try runtime.objects(of: Room.self).get("shutdown asleep"))
        try await runtime.restart()
        #expect(
            await awake.receive()
                == .closed(WebSocketClose(code: 1_001, reason: "The server is going away.", wasClean: true))
        )
        #expect(
            await other.receive()
                == .closed(WebSocketClose(code: 1_001, reason: "The server is going away.", wasClean: true))
        )
    }

    @Test func `while the runtime shuts down, an object that slept hears that its socket has closed`() throws {
        let test = try SocketTest("hears shutdown")
        let socket = try test.connect()
        test.sleep()
        let roost = test.test.test.roost
        let shutdown = test.test.start { await roost.shutdown(limit: .seconds(5)) }
        test.test.settle()
        #expect(socket.close?.code == 1_001)
        #expect(test.heard == ["wake", "wake", "closed 1001 The server is going away. true"])
        test.test.advance(by: .seconds(1))
        #expect(try shutdown.value())
    }

    @Test func `a crash cuts every socket`() throws {
        let test = try SocketTest("crash")
        let socket = try test.connect()
        try test.test.test.crash()
        #expect(socket.close?.code == 1_006)
    }
}
