import Glibc
import RoostTesting
import Testing

@testable import RoostRuntime

/// What a socket of a sleeping object takes; run alone, because it looks at the whole process.
@Suite(.enabled(if: getenv("ROOST_MEASURE") != nil))
struct SocketMemoryTests {
    private final class Wire: WebSocketTransport {
        let pendingBytes = 0
        func send(_ message: WebSocketMessage) {}
        func close(code: UInt16?, reason: String) {}
        func drop() {}
    }

    private static func residentBytes() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        guard fgets(&line, 128, file) != nil else { return 0 }
        let text = String(decoding: line.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return (Int(text.split(separator: " ")[1]) ?? 0) * 4_096
    }

    @Test(arguments: [1, 1_000])
    func `a sleeping socket takes less than two kilobytes`(perObject: Int) async throws {
        let count = 30_000
        let test = try RoostTest { try $0.register(Room.self) }
        let rooms = try test.objects(of: Room.self)
        var receivers: [any WebSocketReceiver] = []
        receivers.reserveCapacity(count)
        let before = Self.residentBytes()
        for object in 0..<(count / perObject) {
            let room = try rooms.get("memory \(object)")
            for socket in 0..<perObject {
                let response = try await room.fetch("/?user-\(object)-\(socket)", headerFields: [.upgrade: "websocket"])
                let end = try #require(response.webSocket)
                receivers.append(end.attach(Wire()))
            }
            try await test.run(in: room) { _, context in
                for socket in context.getWebSockets() { try socket.serializeAttachment("20 bytes of a person") }
            }
            try await test.evict(room)
        }
        let each = (Self.residentBytes() - before) / count
        print("\(perObject) sockets an object: \(each) bytes each")
        #expect(each < 2_048)
        #expect(test.roost.health.webSockets == count)
        #expect(receivers.count == count)
    }
}
