import Synchronization

/// The body of a request or a response: nothing, bytes, or a stream that is read once.
///
/// A stream is read as an asynchronous sequence of chunks. Whoever writes it waits until each chunk is taken, so at
/// most one lies between the two; whoever stops reading tells the writer by letting go of it.
///
/// ```swift
/// for try await chunk in request.body { try count(chunk) }
/// ```
///
/// Isolation: may be handed on to any task; one task reads it.
public struct ObjectBody: Sendable {
    private enum Content {
        case bytes([UInt8])
        case stream(BodyStream)
    }

    private let content: Content

    /// No bytes.
    public static let empty = ObjectBody(content: .bytes([]))

    /// Bytes that are there.
    public static func bytes(_ bytes: [UInt8]) -> ObjectBody { ObjectBody(content: .bytes(bytes)) }

    /// A text in UTF-8.
    public static func text(_ text: String) -> ObjectBody { .bytes(Array(text.utf8)) }

    /// What `body` writes, chunk by chunk.
    ///
    /// ```swift
    /// return ObjectResponse(body: .stream { writer in
    ///     for line in try self.lines() { try await writer.write(line) }
    /// })
    /// ```
    ///
    /// It begins when the response has been returned, or the request is made. It runs on the object and on the object's
    /// own account: it keeps the object awake, and each chunk leaves when everything changed before it is durable. When
    /// it throws, or the object is reset, the reader gets that error. When the reader leaves, its task is cancelled and
    /// `write` throws ``RoostError/Code/readerGone``.
    ///
    /// - Parameter body: Runs on the object, as its own code does.
    public static func stream(
        @_inheritActorContext _ body: sending @escaping @isolated(any) (ObjectBodyWriter) async throws -> Void
    ) -> ObjectBody {
        ObjectBody(content: .stream(BodyStream(ProducedBody(body))))
    }

    /// The chunks of a sequence, which is iterated once; its errors are the reader's.
    ///
    /// When an object answers with it, or asks another object with it, it is iterated on that object's account, as if
    /// ``stream(_:)`` wrote its chunks.
    public init<Chunks: AsyncSequence & Sendable>(_ chunks: Chunks) where Chunks.Element == [UInt8] {
        content = .stream(BodyStream(SequenceBody(chunks: chunks)))
    }

    private init(content: Content) { self.content = content }

    /// How many bytes there are; nil for a stream, of which nobody knows.
    public var length: Int? {
        if case .bytes(let bytes) = content { bytes.count } else { nil }
    }

    /// Reads all of it.
    ///
    /// - Parameter limit: How many bytes there may be.
    /// - Throws: ``RoostError/Code/bodyTooLarge`` when there are more, as soon as that is known;
    ///   ``RoostError/Code/bodyUsed`` when it is being read or was read; what the stream fails with.
    public func collect(upTo limit: Int) async throws -> [UInt8] {
        if case .bytes(let bytes) = content {
            guard bytes.count <= limit else { throw RoostError.bodyTooLarge(limit) }
            return bytes
        }
        var whole: [UInt8] = []
        for try await chunk in self {
            guard chunk.count <= limit - whole.count else { throw RoostError.bodyTooLarge(limit) }
            whole += chunk
        }
        return whole
    }

    /// Begins to write it, if somebody has to; once.
    ///
    /// - Parameter activation: The object whose gate the chunks wait at; nil when none writes them.
    func begin(on activation: Activation?, _ seams: RuntimeSeams) {
        if case .stream(let stream) = content { stream.source.begin(on: activation, seams) }
    }
}

extension ObjectBody: AsyncSequence {
    /// Gives the chunks, none of them empty.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private var reader: any BodyReader
        /// For as long as somebody holds it, the reader is there.
        private let stream: BodyStream?

        fileprivate init(_ reader: any BodyReader, of stream: BodyStream?) {
            self.reader = reader
            self.stream = stream
        }

        /// The next chunk; nil at the end.
        ///
        /// - Throws: What the stream fails with; ``RoostError/Code/bodyUsed`` when another iterator has it, or
        ///   another task waits for a chunk; `CancellationError`, and then the reader has left.
        public mutating func next(isolation actor: isolated (any Actor)? = #isolation) async throws -> [UInt8]? {
            while true {
                let result: Result<[UInt8]?, any Error>
                do {
                    result = .success(try await reader.next(isolation: actor))
                } catch {
                    result = .failure(error)
                }
                // What comes from elsewhere enters the object that reads; so do the end and an error.
                await Activation.readmitCaller()
                guard let chunk = try result.get() else { return nil }
                if !chunk.isEmpty { return chunk }
            }
        }
    }

    /// Begins to read.
    ///
    /// A stream can be read once; another iterator throws ``RoostError/Code/bodyUsed``.
    public func makeAsyncIterator() -> AsyncIterator {
        switch content {
        case .bytes(let bytes): AsyncIterator(BytesReader(bytes: bytes), of: nil)
        case .stream(let stream): AsyncIterator(stream.reader(), of: stream)
        }
    }
}

/// A stream, for as long as somebody may read it.
///
/// Its end is how the writer learns that nobody will.
private final class BodyStream: Sendable {
    let source: any BodySource
    private let isTaken = Atomic<Bool>(false)

    init(_ source: any BodySource) { self.source = source }

    deinit { source.discard() }

    func reader() -> any BodyReader {
        guard !isTaken.exchange(true, ordering: .acquiringAndReleasing) else { return UsedReader() }
        source.begin(on: nil, .live)
        return source.reader()
    }
}

private struct BytesReader: BodyReader {
    var bytes: [UInt8]?

    mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? { bytes.take() }
}

private struct UsedReader: BodyReader {
    mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? { throw RoostError.bodyUsed }
}
