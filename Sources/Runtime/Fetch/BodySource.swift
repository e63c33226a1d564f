/// Where the chunks of a stream come from.
protocol BodySource: AnyObject, Sendable {
    /// Begins to make chunks, if somebody must; later calls change nothing.
    func begin(on activation: Activation?, _ seams: RuntimeSeams)

    /// Begins to read; called once.
    func reader() -> any BodyReader

    /// Nobody will read any further.
    func discard()
}

/// One reading of a stream.
protocol BodyReader {
    /// The next chunk; nil at the end.
    mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]?
}

/// A stream that is somebody else's sequence: chunks are fetched when they are asked for.
final class SequenceBody<Chunks: AsyncSequence & Sendable>: BodySource where Chunks.Element == [UInt8] {
    private let chunks: Chunks

    init(chunks: Chunks) { self.chunks = chunks }

    func begin(on activation: Activation?, _ seams: RuntimeSeams) {}

    func reader() -> any BodyReader { SequenceReader(iterator: chunks.makeAsyncIterator()) }

    func discard() {}
}

private struct SequenceReader<Iterator: AsyncIteratorProtocol>: BodyReader where Iterator.Element == [UInt8] {
    var iterator: Iterator

    mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
        try await iterator.next(isolation: actor)
    }
}
