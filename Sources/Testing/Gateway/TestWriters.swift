import HTTPTypes
import HummingbirdCore
import NIOCore
import RoostGateway
import Synchronization

/// Collects a body.
final class CollectingWriter: ResponseBodyWriter, Sendable {
    private let buffer = Mutex(ByteBuffer())

    var collected: ByteBuffer { buffer.withLock { $0 } }

    @concurrent func write(_ piece: ByteBuffer) async throws {
        buffer.withLock { _ = $0.writeImmutableBuffer(piece) }
    }

    @concurrent func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

/// Hands a body over piece by piece.
struct RelayWriter: ResponseBodyWriter, Sendable {
    let relay: FrameRelay<ByteBuffer>

    @concurrent func write(_ piece: ByteBuffer) async throws { try await relay.send(piece) }

    @concurrent func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
