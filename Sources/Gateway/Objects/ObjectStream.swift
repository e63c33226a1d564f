import HummingbirdCore
import NIOCore
import RoostRuntime
import Synchronization

/// Writes the streamed body of an object's answer.
///
/// Each chunk is written before the next is taken, so a slow client slows the object. A client who leaves, or does not
/// take a chunk within the limit, cancels the reading, which the object hears of at once.
struct ObjectStream: Sendable {
    let body: ObjectBody
    let connection: ClientConnection
    let clock: any RuntimeClock
    /// How long the client may take for one chunk.
    let stallLimit: Duration

    /// Writes the chunks.
    ///
    /// - Returns: A failure when the answer must not look complete.
    @concurrent func write(to writer: inout any ResponseBodyWriter) async -> Result<Void, any Error> {
        let relay = FrameRelay<[UInt8]>()
        let reading = Task { [body] () async -> Result<Void, any Error> in
            defer { relay.finish() }
            do {
                for try await chunk in body { try await relay.send(chunk) }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        let registration = connection.whenLeft {
            relay.close()
            reading.cancel()
        }
        defer { connection.forget(registration) }
        while case .item(let chunk) = await relay.next() {
            let timer = clock.schedule(after: stallLimit) { [connection] in connection.close() }
            defer { clock.cancel(timer) }
            do {
                try await writer.write(ByteBuffer(bytes: chunk))
            } catch {
                connection.leave()
            }
        }
        return await reading.value
    }
}
