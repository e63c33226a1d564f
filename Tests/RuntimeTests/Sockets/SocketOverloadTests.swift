import RoostTesting
import Synchronization
import Testing

@testable import RoostRuntime

/// Sockets of objects that have too much to do: what becomes of a socket is told once to the object, and to the client.
struct SocketOverloadTests {
    /// A room in which each message `x` waits until the bells are rung.
    private final class Busy: Sendable {
        private let bells = Mutex<[CheckedContinuation<Void, Never>]>([])

        var script: Room.Script {
            Room.Script(message: { [self] _, _, message in
                guard message == .text("x") else { return }
                await withCheckedContinuation { continuation in bells.withLock { $0.append(continuation) } }
            })
        }

        func ring() {
            let ringing = bells.withLock { bells in
                defer { bells = [] }
                return bells
            }
            for bell in ringing { bell.resume() }
        }
    }

    private static let queueIsFull = "Durable Object is overloaded. Too many requests queued."

    @Test func `a message that an overloaded object does not take closes its socket with 1013, and both sides hear`()
        throws
    {
        let busy = Busy()
        let test = try SocketTest("overloaded", busy.script) { $0.queuedEventsMax = 2 }
        let sockets = try (0..<3).map { _ in try test.connect() }
        for socket in sockets { test.send("x", on: socket) }
        #expect(sockets[2].heard == ["closed 1013 \(Self.queueIsFull)"])
        #expect(test.heard == ["wake", "message x", "message x", "failed \(Self.queueIsFull)"])
        #expect(test.sockets == 2)
        busy.ring()
        test.test.settle()
        #expect(sockets[0].close == nil && sockets[1].close == nil)
    }

    @Test func `an overloaded object hears of the end of a socket all the same`() throws {
        let busy = Busy()
        let test = try SocketTest("overloaded end", busy.script) { $0.queuedEventsMax = 1 }
        let one = try test.connect()
        let other = try test.connect()
        test.send("x", on: one)
        try test.test.run { await other.close(code: 1_000, reason: "bye") }
        #expect(test.heard == ["wake", "message x", "closed 1000 bye true"])
        #expect(other.close == WebSocketClose(code: 1_000, reason: "bye", wasClean: true))
        #expect(test.sockets == 1)
        busy.ring()
        test.test.settle()
    }

    @Test func `an object that cannot be woken because the server is full hears of the end when there is room`() throws
    {
        let busy = Busy()
        let test = try SocketTest("full server", busy.script) { $0.liveInstancesMax = 1 }
        Room.scripts.withLock { $0["full server, other"] = busy.script }
        let (runtime, other) = (test.test.test, try test.test.objects(of: Room.self).get("full server, other"))
        let leaving = try test.connect()
        let speaking = try test.connect()
        test.sleep()
        let working = try test.test.run { try await runtime.connect(to: other) }
        test.send("x", on: working)
        let closing = test.test.start { await leaving.close(code: 1_000) }
        test.send("hello", on: speaking)
        #expect(test.heard == ["wake"])
        #expect(speaking.close?.code == 1_013)
        #expect(!closing.isDone)
        busy.ring()
        test.test.advance(by: .seconds(2))
        #expect(closing.isDone)
        #expect(test.heard.contains("closed 1000  true"))
        #expect(test.heard.filter { $0.hasPrefix("failed All 1 objects") }.count == 1)
        #expect(test.sockets == 1)
    }

    @Test func `a socket that is given up before its connection stands says why`() throws {
        let test = try SocketTest(
            "given up early",
            Room.Script(accepted: { _, socket in
                for _ in 0..<20 { try socket.send(String(repeating: "x", count: 1_000)) }
            }),
            pendingBytesMax: 10_000
        )
        let socket = try test.connect()
        test.test.settle()
        #expect(socket.heard == ["closed 1013 Messages were not read fast enough."])
        #expect(test.heard == ["wake", "failed Messages were not read fast enough."])
        #expect(test.sockets == 0)
    }

    // MARK: A slow disk

    private static let text = String(repeating: "x", count: 1_000)

    /// Changes something, and then sends as many texts to all readers as the message says.
    private static let counting = Room.Script(message: { room, _, message in
        _ = try room.count()
        guard case .text(let number) = message else { return }
        for _ in 0..<(Int(number) ?? 0) {
            for reader in room.context.getWebSockets(tag: "reader") {
                do throws(RoostError) {
                    try reader.send(text)
                } catch {
                    Room.note("\(error.code)", in: room.context.id.name ?? "")
                }
            }
        }
    })

    @Test func `a slow disk is not held against those who read`() throws {
        let test = try SocketTest("slow disk", Self.counting, pendingBytesMax: 10_000)
        let reader = try test.connect("reader")
        let writer = try test.connect()
        for _ in 0..<2 {
            test.test.disk.holdCommits()
            test.send("20", on: writer)
            #expect(reader.close == nil && reader.heard.isEmpty)
            test.test.disk.releaseCommits()
            test.test.settle()
            // What follows at once is no reason either: nobody could have read so much in no time.
            test.send("1", on: writer)
            for _ in 0..<21 {
                let received = try test.test.run { await reader.receive() }
                #expect(received == .message(.text(Self.text)))
            }
        }
        #expect(reader.close == nil)
        #expect(!test.heard.contains { $0.hasPrefix("failed") })
    }

    @Test func `who does not read is given up, also when everything he is sent waits for the disk`() throws {
        let test = try SocketTest("slow reader", Self.counting, pendingBytesMax: 10_000)
        let reader = try test.connect("reader")
        let writer = try test.connect()
        for _ in 0..<30 { test.send("1", on: writer) }
        #expect(reader.heard.last == "closed 1013 Messages were not read fast enough.")
        #expect(reader.heard.count < 14)
        #expect(test.heard.filter { $0.hasPrefix("failed") }.count == 1)
        #expect(writer.close == nil)
    }

    @Test func `what waits for the disk is bounded for the object, which hears of it, and no socket is closed`() throws
    {
        let test = try SocketTest("held", Self.counting) { $0.webSocketHeldBytesMax = 5_000 }
        let reader = try test.connect("reader")
        let writer = try test.connect()
        test.test.disk.holdCommits()
        test.send("6", on: writer)
        #expect(test.heard.filter { $0 == "overloaded" }.count == 2)
        test.test.disk.releaseCommits()
        test.test.settle()
        #expect(reader.heard.count == 4)
        test.send("4", on: writer)
        #expect(reader.heard.count == 8)
        #expect(test.heard.filter { $0 == "overloaded" }.count == 2)
        #expect(reader.close == nil)
    }
}
