import HummingbirdCore
import NIOCore
import Testing

@testable import RoostGateway

@Suite(.timeLimit(.minutes(10)))
struct RequestBodyPumpTests {
    private let connection = ClientConnection(address: nil)

    private func makePump(_ stream: AsyncStream<ByteBuffer>) -> RequestBodyPump {
        RequestBodyPump(RequestBody(asyncSequence: stream), limit: 6, connection: connection)
    }

    @Test func `a body comes whole and then ends`() async throws {
        let (stream, source) = AsyncStream<ByteBuffer>.makeStream()
        for piece in ["one", "", "two"] { source.yield(ByteBuffer(string: piece)) }
        source.finish()
        let pump = makePump(stream)
        var seen: [UInt8] = []
        for try await chunk in pump { seen += chunk }
        #expect(seen == Array("onetwo".utf8))
        await pump.end()
    }

    @Test func `a reader that is cancelled does not take that for the body's end`() async {
        let (stream, source) = AsyncStream<ByteBuffer>.makeStream()
        let pump = makePump(stream)
        let reading = Task {
            var chunks = pump.makeAsyncIterator()
            return try await chunks.next()
        }
        reading.cancel()
        await #expect(throws: CancellationError.self) { try await reading.value }
        await pump.end()
        #expect(pump.failure == nil)
        source.finish()
    }

    @Test func `a client who leaves ends the reading`() async {
        let (stream, source) = AsyncStream<ByteBuffer>.makeStream()
        let pump = makePump(stream)
        let reading = Task {
            var chunks = pump.makeAsyncIterator()
            return try await chunks.next()
        }
        connection.leave()
        await #expect(throws: CancellationError.self) { try await reading.value }
        await pump.end()
        source.finish()
    }
}
