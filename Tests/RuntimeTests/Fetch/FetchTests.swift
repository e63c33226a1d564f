import HTTPTypes
import RoostRuntime
import RoostTesting
import Synchronization
import Testing

/// Requests to objects, and their responses.
struct FetchTests {
    let test: SteppedTest

    init() throws {
        test = try SteppedTest {
            try $0.register(Fetched.self)
            try $0.register(Counter.self)
        }
    }

    private func object(_ name: String, _ handler: @escaping Fetched.Handler) throws -> Fetched {
        Fetched.handlers.withLock { $0[name] = handler }
        return try test.objects(of: Fetched.self).get(name)
    }

    @Test func `a request reaches its object and comes back as a response`() throws {
        let stub = try object("round trip") { _, request in
            let body = try await request.body.collect(upTo: 100)
            return .text("\(request.method) \(request.path) \(request.query ?? "-") \(body.count)", status: .created)
        }
        let (status, text) = try test.run {
            let response = try await stub.fetch("/a/b?c=d", method: .post, body: .bytes([1, 2, 3]))
            return (response.status, String(decoding: try await response.body.collect(upTo: 100), as: UTF8.self))
        }
        #expect(status == .created)
        #expect(text == "POST /a/b c=d 3")
    }

    @Test func `a class without a handler says so`() throws {
        let stub = try test.objects(of: Counter.self).get("no handler")
        let error = #expect(throws: RoostError.self) { _ = try test.run { try await stub.fetch("/") } }
        #expect(error?.code == .handlerMissing)
        #expect(error?.message == "Handler does not export a fetch() function.")
    }

    @Test func `a server asks by the name of the class, and by id`() throws {
        let stub = try object("by name") { object, _ in .text("\(try object.count())") }
        let roost = test.test.roost
        let answer: @Sendable (ObjectResponse) async throws -> String = {
            String(decoding: try await $0.body.collect(upTo: 10), as: UTF8.self)
        }
        let named = try test.run {
            try await answer(roost.fetch(class: roost.classKey("Fetched"), name: "by name", ObjectRequest()))
        }
        let numbered = try test.run {
            try await answer(
                roost.fetch(class: roost.classKey("Fetched"), id: stub.id.id.description, ObjectRequest())
            )
        }
        #expect([named, numbered] == ["1", "2"])
        let error = #expect(throws: RoostError.self) {
            try test.run { _ = try await roost.fetch(class: roost.classKey("Nobody"), name: "x", ObjectRequest()) }
        }
        #expect(error?.code == .unknownClass)
    }

    @Test func `a response waits until what was changed before is durable`() throws {
        let stub = try object("gated") { object, _ in .text("\(try object.count())") }
        test.disk.holdCommits()
        let response = test.start { try await stub.fetch("/").status }
        test.settle()
        #expect(!response.isDone)
        test.disk.releaseCommits()
        test.settle()
        #expect(try response.value() == .ok)
    }

    @Test func `an error of the handler is the caller's, and resets nothing`() throws {
        let stub = try object("throws") { object, _ in
            _ = try object.count()
            throw TestError.refused
        }
        #expect(throws: TestError.refused) { try test.run { _ = try await stub.fetch("/") } }
        #expect(try test.run { try await stub.number() } == 1)
    }

    @Test func `objects ask each other, and the caller's changes are durable first`() throws {
        let wasAsked = Kept(false)
        let inner = try object("inner") { _, request in
            wasAsked.withLock { $0 = true }
            return .text("inner saw \(request.path)")
        }
        let outer = try object("outer") { object, _ in
            _ = try object.count()
            return try await inner.fetch("/x")
        }
        test.disk.holdCommits()
        let text = test.start {
            String(decoding: try await outer.fetch("/").body.collect(upTo: 100), as: UTF8.self)
        }
        test.settle()
        #expect(!wasAsked.withLock { $0 })
        #expect(!text.isDone)
        test.disk.releaseCommits()
        test.settle()
        #expect(wasAsked.withLock { $0 })
        #expect(try text.value() == "inner saw /x")
    }

    // request-signal-enabled
    @Test func `abortIfClientAbandonsRequest - the handler's task is cancelled, and its object goes on`() throws {
        let wasCancelled = Kept(false)
        let stub = try object("abandoned") { object, request in
            guard request.path == "/hang" else { return .text("\(try object.count())") }
            do {
                try await object.hang()
            } catch {
                wasCancelled.withLock { $0 = error is CancellationError && Task.isCancelled }
                _ = try object.count()
            }
            return .text("")
        }
        let abandoned = test.start { try await stub.fetch("/hang").status }
        test.settle()
        #expect(!abandoned.isDone)
        #expect(!wasCancelled.withLock { $0 })
        abandoned.cancel()
        test.settle()
        #expect(throws: CancellationError.self) { try abandoned.value() }
        #expect(wasCancelled.withLock { $0 })
        // What the handler changed when it heard of it stays, and the next is served by the same instance.
        #expect(try test.run { try await stub.number() } == 1)
        #expect(test.test.roost.health.liveInstances == 1)
        test.advance(by: .seconds(60))
        #expect(test.test.roost.health.liveInstances == 0)
    }

    @Test func `JSON goes out as JSON`() throws {
        let stub = try object("json") { _, _ in try .json(["b": [1, 2], "a": []]) }
        let (type, text) = try test.run {
            let response = try await stub.fetch("/")
            return (
                response.headerFields[.contentType],
                String(decoding: try await response.body.collect(upTo: 100), as: UTF8.self)
            )
        }
        #expect(type == "application/json")
        #expect(text == #"{"a":[],"b":[1,2]}"#)
    }
}

/// What a request says of itself.
struct ObjectRequestTests {
    @Test(
        arguments: [
            ("/", "/", nil), ("/a?", "/a", ""), ("/a?b?c", "/a", "b?c"), ("?x", "", "x"),
        ] as [(String, String, String?)]
    )
    func `path and query are told apart`(whole: String, path: String, query: String?) {
        let request = ObjectRequest(path: whole)
        #expect(request.path == path)
        #expect(request.query == query)
    }

    @Test func `values of the query are decoded`() {
        let request = ObjectRequest(path: "/?name=J%C3%BCrgen+M%2&empty&e%71=%3d%3D&name=second&=x")
        #expect(request.queryValue("name") == "Jürgen M%2")
        #expect(request.queryValue("empty") == "")
        #expect(request.queryValue("eq") == "==")
        #expect(request.queryValue("absent") == nil)
        #expect(ObjectRequest(path: "/").queryValue("name") == nil)
    }

    @Test func `an upgrade is known by its header, in any case and among others`() {
        #expect(ObjectRequest(headerFields: [.upgrade: "WebSocket"]).isWebSocketUpgrade)
        #expect(ObjectRequest(headerFields: [.upgrade: "h2c, websocket"]).isWebSocketUpgrade)
        #expect(!ObjectRequest(headerFields: [.upgrade: "websockets"]).isWebSocketUpgrade)
        #expect(!ObjectRequest().isWebSocketUpgrade)
    }

    @Test func `offered protocols come in order, from all headers`() {
        var fields = HTTPFields()
        fields.append(HTTPField(name: .secWebSocketProtocol, value: "chat.v2 , chat.v1"))
        fields.append(HTTPField(name: .secWebSocketProtocol, value: ",raw"))
        #expect(ObjectRequest(headerFields: fields).subprotocols == ["chat.v2", "chat.v1", "raw"])
    }
}
