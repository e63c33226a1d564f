import FoundationEssentials
import RoostRuntime
import RoostTesting
import Testing

@testable import ChatRoom

/// The people are `TestWebSocket`s: the other side of the room's sockets, without a server.
struct ChatRoomTests {
    private let test: RoostTest

    init() throws { test = try RoostTest { try $0.register(ChatRoom.self) } }

    private func room() throws -> ChatRoom { try test.objects(of: ChatRoom.self).get("alpha:lobby") }

    private func join(_ name: String) async throws -> TestWebSocket {
        try await test.connect(to: room(), path: "/?name=\(name)")
    }

    /// Somebody who has heard that they have come.
    private func joined(_ name: String) async throws -> TestWebSocket {
        let socket = try await join(name)
        #expect(try await socket.line() == Line(kind: .came, name: name))
        return socket
    }

    @Test func `two people hear each other`() async throws {
        let ada = try await joined("Ada")
        let ben = try await joined("Ben")
        #expect(try await ada.line() == Line(kind: .came, name: "Ben"))
        await ada.send("Hello, Ben")
        await ben.send("Hello, Ada")
        for person in [ada, ben] {
            #expect(try await person.line() == Line(kind: .said, name: "Ada", text: "Hello, Ben"))
            #expect(try await person.line() == Line(kind: .said, name: "Ben", text: "Hello, Ada"))
        }
        #expect(ada.waiting.isEmpty && ben.waiting.isEmpty)
    }

    @Test func `who comes later hears the last of what was said`() async throws {
        let ada = try await joined("Ada")
        for number in 1...(ChatRoom.linesKept + 5) { await ada.send("\(number)") }
        let ben = try await join("Ben")
        for number in 6...(ChatRoom.linesKept + 5) {
            #expect(try await ben.line() == Line(kind: .said, name: "Ada", text: "\(number)"))
        }
        #expect(try await ben.line() == Line(kind: .came, name: "Ben"))
    }

    @Test func `the room sleeps, and knows everybody when it wakes`() async throws {
        let ada = try await joined("Ada")
        let ben = try await joined("Ben")
        #expect(try await ada.line().kind == .came)
        try await test.evict(room(), sockets: .hibernate)
        #expect(test.roost.health.liveInstances == 0)
        #expect(ada.close == nil && ben.close == nil)

        await ada.send("Are you still there?")
        for person in [ada, ben] {
            #expect(try await person.line() == Line(kind: .said, name: "Ada", text: "Are you still there?"))
        }
        try await test.evict(room(), sockets: .hibernate)
        await ben.close(code: 1000)
        #expect(try await ada.line() == Line(kind: .left, name: "Ben"))
    }

    @Test func `a ping is answered and wakes nobody`() async throws {
        let ada = try await joined("Ada")
        try await test.evict(room(), sockets: .hibernate)
        await ada.send("ping")
        #expect(await ada.receive() == .message(.text("pong")))
        #expect(test.roost.health.liveInstances == 0)
        #expect(try await room().history().isEmpty)
    }

    @Test func `whoever leaves is announced, whichever way they go`() async throws {
        let ada = try await joined("Ada")
        for leave in [
            { await $0.close(code: 1000) },
            { await $0.vanish() },
            { await $0.fail(WebSocketError(closeCode: 1002, "nonsense")) },
        ] as [@Sendable (TestWebSocket) async -> Void] {
            await leave(try await joined("Ben"))
            #expect(try await ada.line() == Line(kind: .came, name: "Ben"))
            #expect(try await ada.line() == Line(kind: .left, name: "Ben"))
        }
    }

    @Test func `a person with two windows comes once and leaves once`() async throws {
        let ada = try await joined("Ada")
        let first = try await joined("Ben")
        let second = try await join("BEN")
        await first.close(code: 1000)
        await second.send("I am still here")
        await second.close(code: 1000)
        let lines = [try await ada.line(), try await ada.line(), try await ada.line()]
        #expect(lines.map(\.kind) == [.came, .said, .left])
        #expect(lines.map(\.name) == ["Ben", "BEN", "BEN"])
    }

    @Test func `what cannot be said is refused, and nobody else hears of it`() async throws {
        let ada = try await joined("Ada")
        let ben = try await joined("Ben")
        #expect(try await ada.line().kind == .came)
        let longest = String(repeating: "x", count: ChatRoom.textBytesMax)
        for text in ["", longest + "x"] {
            await ben.send(text)
            #expect(try await ben.line().kind == .refused)
        }
        await ben.send([1, 2, 3])
        #expect(ben.close?.code == 1003)
        #expect(try await ada.line() == Line(kind: .left, name: "Ben"))

        await ada.send(longest)
        #expect(try await ada.line() == Line(kind: .said, name: "Ada", text: longest))
    }

    @Test(arguments: ["/", "/?name=", "/?name=%20", "/?name=" + String(repeating: "x", count: 65)])
    func `nobody comes in without a name`(path: String) async throws {
        let refused = await #expect(throws: WebSocketRefused.self) {
            _ = try await test.connect(to: room(), path: path)
        }
        #expect(refused?.response.status.code == 400)
        #expect(test.roost.health.webSockets == 0)
    }

    @Test func `without a socket there is the page`() async throws {
        let response = try await room().fetch("/")
        let page = try await response.body.collect(upTo: 1 << 16)
        #expect(response.headerFields[.contentType] == "text/html; charset=utf-8")
        #expect(String(decoding: page, as: UTF8.self).hasPrefix("<!doctype html>"))
    }

    @Test func `what was said survives a power failure`() async throws {
        let ada = try await joined("Ada")
        await ada.send("Remember this")
        #expect(try await ada.line().kind == .said)
        try test.crash()
        let ben = try await join("Ben")
        #expect(try await ben.line() == Line(kind: .said, name: "Ada", text: "Remember this"))
    }

    @Test func `nobody hears what is not durable`() throws {
        let test = try SteppedTest { try $0.register(ChatRoom.self) }
        let runtime = test.test
        let room = try test.objects(of: ChatRoom.self).get("alpha:lobby")
        let ada = try test.run { try await runtime.connect(to: room, path: "/?name=Ada") }
        let ben = try test.run { try await runtime.connect(to: room, path: "/?name=Ben") }
        let before = ben.waiting.count

        test.disk.holdCommits()
        _ = test.start { await ada.send("Hello") }
        test.settle()
        #expect(ben.waiting.count == before)

        test.disk.releaseCommits()
        test.settle()
        #expect(ben.waiting.count == before + 1)
    }
}

extension TestWebSocket {
    /// The next line; waits for it.
    fileprivate func line() async throws -> Line {
        guard case .message(.text(let text)) = await receive() else { throw NoLine() }
        return try JSONDecoder().decode(Line.self, from: Data(text.utf8))
    }
}

/// The socket has ended, or bytes have come.
private struct NoLine: Error {}
