import Synchronization

/// A stream that a closure writes, mostly one of an object's.
///
/// Invariants
/// 1. The closure runs once, in a task of its own. In an object it counts as an event inside: the object does not sleep
///    before it ends.
/// 2. A chunk, the end and an error pass the object's output gate before the reader sees them.
/// 3. When the object is reset, the reader is told at once, whatever the closure does.
final class ProducedBody: BodySource {
    typealias Body = @isolated(any) (ObjectBodyWriter) async throws -> Void

    private let pipe = BodyPipe()
    private let hasBegun = Atomic<Bool>(false)
    // Sent here by whoever made it; taken out by the one who sets the flag above.
    nonisolated(unsafe) private var body: Body?

    init(_ body: sending @escaping Body) { unsafe self.body = body }

    func begin(on activation: Activation?, _ seams: RuntimeSeams) {
        guard !hasBegun.exchange(true, ordering: .acquiringAndReleasing), let taken = unsafe body.take() else { return }
        // Sent to the task below and used nowhere else.
        nonisolated(unsafe) let body = taken
        let work = BackgroundWork()
        let pipe = pipe
        guard let leave = enter(activation, work) else { return }
        pipe.whenAbandoned { work.cancel() }
        let section = CurrentObject.section
        work.begin(
            seams.start("roost.stream") {
                let writer = ObjectBodyWriter(pipe: pipe, activation: activation)
                let result: Result<Void, any Error>
                do {
                    try await CurrentObject.$activation.withValue(activation) {
                        try await CurrentObject.$section.withValue(section) { try unsafe await body(writer) }
                    }
                    result = .success(())
                } catch {
                    result = .failure(error)
                }
                await Self.end(pipe, activation, result)
                leave()
            }
        )
    }

    /// Holds the object awake, and has the reader told when it is reset.
    ///
    /// - Returns: What is to be done at the end; nil when the stream has failed before it began.
    private func enter(_ activation: Activation?, _ work: BackgroundWork) -> (@Sendable () -> Void)? {
        guard let activation else { return {} }
        switch activation.hold() {
        case .passed: break
        case .overloaded(let error):
            pipe.fail(error)
            return nil
        default:
            pipe.fail(activation.goneError)
            return nil
        }
        let ending = activation.whenCutOff { [pipe] error in
            pipe.fail(RoostError.remote(error, from: activation.address.id))
            work.cancel()
        }
        guard let ending else {
            activation.leave(bytes: 0)
            pipe.fail(activation.goneError)
            return nil
        }
        return {
            activation.forget(ending)
            activation.leave(bytes: 0)
        }
    }

    /// The end, good or bad, tells of what was changed before it.
    private static func end(_ pipe: BodyPipe, _ activation: Activation?, _ result: Result<Void, any Error>) async {
        do {
            try await activation?.passage()
            try result.get()
            pipe.finish()
        } catch {
            pipe.fail(activation.map { RoostError.remote(error, from: $0.address.id) } ?? error)
        }
    }

    func reader() -> any BodyReader { PipeReader(pipe: pipe) }

    func discard() { pipe.abandon() }
}

private struct PipeReader: BodyReader {
    let pipe: BodyPipe

    mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? { try await pipe.read() }
}

/// Takes the chunks of a streamed body; see ``ObjectBody/stream(_:)``.
public struct ObjectBodyWriter: Sendable {
    let pipe: BodyPipe
    let activation: Activation?

    /// Writes a chunk; returns when the reader has taken it.
    ///
    /// It leaves the object when everything that was changed before this call is durable.
    ///
    /// - Throws: ``RoostError/Code/readerGone`` when the reader has left, the reason when the object was reset, or
    ///   `CancellationError`.
    public func write(_ chunk: [UInt8]) async throws {
        guard !chunk.isEmpty else { return }
        let result: Result<Void, any Error>
        do {
            if let activation, !activation.entry.roost.mutations.contains(.chunksSkipGate) {
                try await activation.passage()
            }
            try await pipe.write(chunk)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        // Also an error enters the object that writes.
        await Activation.readmitCaller()
        try result.get()
    }

    /// Writes a text in UTF-8.
    public func write(_ text: String) async throws { try await write(Array(text.utf8)) }
}
