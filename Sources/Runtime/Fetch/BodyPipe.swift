import Synchronization

/// A stream between its writer and its reader: the state machine, its lock, and those who wait.
///
/// Isolation: every member may be used from any thread; one task reads. Nothing is resumed while the lock is held.
final class BodyPipe: Sendable {
    private let machine = Mutex(BodyPipeStateMachine())
    /// Who is told when the reader leaves.
    private let whenLeft = Mutex<(@Sendable () -> Void)?>(nil)

    /// Hands a chunk over; returns when the reader has taken it.
    ///
    /// - Throws: ``RoostError/Code/readerGone``, the error that the stream has ended with, or `CancellationError`.
    func write(_ chunk: [UInt8]) async throws {
        let number = machine.withLock { $0.number() }
        defer { machine.withLock { $0.done(number) } }
        let writing = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (answer, reader) = machine.withLock { $0.offer(number, chunk, continuation) }
                reader?.0.resume(returning: reader?.1 ?? .end)
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let writer = machine.withLock { $0.cancel(number) }
            writer?.resume(returning: .cancelled)
        }
        switch writing {
        case .taken: return
        case .failed(let error): throw error
        case .cancelled: throw machine.withLock({ $0.isAbandoned }) ? RoostError.readerGone : CancellationError()
        }
    }

    /// The next chunk; nil at the end.
    ///
    /// When the reading task is cancelled, the reader has left.
    func read() async throws -> [UInt8]? {
        let reading = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (answer, writer) = machine.withLock { $0.read(continuation) }
                writer?.resume(returning: .taken)
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            abandon()
        }
        switch reading {
        case .chunk(let chunk): return chunk
        case .end: return nil
        case .failed(let error): throw error
        case .cancelled: throw CancellationError()
        }
    }

    func finish() {
        tell(machine.withLock { $0.finish() })
        whenLeft.withLock { $0 = nil }
    }

    func fail(_ error: any Error) {
        tell(machine.withLock { $0.fail(error) })
        whenLeft.withLock { $0 = nil }
    }

    func abandon() {
        tell(machine.withLock { $0.abandon() })
        whenLeft.withLock({ $0.take() })?()
    }

    /// Has `action` called when the reader leaves before the end; at once if it has.
    func whenAbandoned(_ action: @escaping @Sendable () -> Void) {
        whenLeft.withLock { $0 = action }
        if machine.withLock({ $0.isAbandoned }) { whenLeft.withLock({ $0.take() })?() }
    }

    private func tell(_ release: BodyPipeStateMachine.Release) {
        if let (reader, reading) = release.reader { reader.resume(returning: reading) }
        for (writer, writing) in release.writers { writer.resume(returning: writing) }
    }
}
