package import HummingbirdCore
import NIOCore
import Synchronization

/// Brings the body of a request to an object that reads it at its own pace, maybe while it answers, maybe never to its
/// end.
///
/// The bytes come over a connection that goes on to the next request when this one is answered; nobody may read it then
/// but the server. So a task of this type's own reads, one chunk ahead at most, begins when the first chunk is asked
/// for, and ``end()`` waits until it has let go. When the client leaves, it ends by itself: whatever would call
/// ``end()`` may then never run.
package final class RequestBodyPump: AsyncSequence, Sendable {
    /// Gives the chunks.
    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let pump: RequestBodyPump

        /// The next chunk; nil at the end.
        package mutating func next() async throws -> [UInt8]? { try await pump.next() }
    }

    private struct State {
        var task: Task<Void, Never>?
        var failure: (any Error)?
        var isOver = false
        /// What the connection calls when the client leaves.
        var registration: Int?
    }

    private let body: RequestBody
    private let limit: Int
    private let connection: ClientConnection
    private let relay = FrameRelay<[UInt8]>()
    private let state = Mutex(State())

    /// Creates a pump that has read nothing.
    ///
    /// - Parameters:
    ///   - body: The body.
    ///   - limit: The most bytes it may have.
    ///   - connection: Where it comes from.
    package init(_ body: RequestBody, limit: Int, connection: ClientConnection) {
        self.body = body
        self.limit = limit
        self.connection = connection
        let registration = connection.whenLeft { [weak self] in self?.abort() }
        state.withLock { $0.registration = registration }
    }

    /// Why reading failed, if it did.
    package var failure: (any Error)? { state.withLock(\.failure) }

    /// Begins to read.
    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pump: self) }

    private func next() async throws -> [UInt8]? {
        let mayRead = state.withLock { state in
            guard !state.isOver else { return false }
            if state.task == nil { state.task = Task { await self.run() } }
            return true
        }
        guard mayRead else { throw CancellationError() }
        while true {
            switch await relay.next() {
            case .item(let chunk):
                relay.acknowledge()
                return chunk
            case .heartbeat: continue
            case .end:
                if let failure { throw failure }
                // Cut off is not the end, whether by us or because the reader's task was cancelled.
                guard !relay.isClosed else { throw CancellationError() }
                return nil
            }
        }
    }

    private func run() async {
        do {
            var count = 0
            for try await chunk in body where chunk.readableBytes > 0 {
                count += chunk.readableBytes
                guard count <= limit else { throw EdgeError.tooLarge(limit: limit) }
                try await relay.send(Array(chunk.readableBytesView))
            }
        } catch is CancellationError {
            // Nobody reads any more: that is not the body's end, and not what went wrong either.
            return relay.close()
        } catch {
            state.withLock { $0.failure = error }
        }
        relay.finish()
    }

    /// Stops reading and waits until that is so.
    package func end() async {
        if let registration = state.withLock({ $0.registration.take() }) { connection.forget(registration) }
        abort()
        let task = state.withLock(\.task)
        await task?.value
    }

    /// Stops reading.
    private func abort() {
        let task = state.withLock { state in
            state.isOver = true
            return state.task
        }
        relay.close()
        task?.cancel()
    }
}
