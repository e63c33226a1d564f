import Synchronization

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

/// A stream that is somebody else's sequence.
///
/// What an object gives away goes out as what a closure writes: it holds the object awake, each chunk waits at the
/// gate, and a reset is the reader's error. Everybody else's chunks are fetched when they are asked for.
final class SequenceBody: BodySource {
    private enum Way {
        /// Can transition to: direct, produced.
        case open
        /// Whoever reads asks the sequence itself. Terminal.
        case direct
        /// An object writes what the sequence gives. Terminal.
        case produced(ProducedBody)
    }

    private let chunks: any ChunkSequence
    private let way = Mutex(Way.open)

    init<Chunks: AsyncSequence & Sendable>(chunks: Chunks) where Chunks.Element == [UInt8] {
        self.chunks = AnyChunks(chunks: chunks)
    }

    func begin(on activation: Activation?, _ seams: RuntimeSeams) {
        let produced = activation.map { _ in ProducedBody(copying: chunks) }
        let isFirst = way.withLock { way -> Bool in
            guard case .open = way else { return false }
            way = produced.map { Way.produced($0) } ?? .direct
            return true
        }
        if isFirst { produced?.begin(on: activation, seams) }
    }

    func reader() -> any BodyReader { produced?.reader() ?? chunks.reader() }

    func discard() { produced?.discard() }

    private var produced: ProducedBody? {
        way.withLock { way -> ProducedBody? in
            guard case .produced(let body) = way else { return nil }
            return body
        }
    }
}

/// A sequence of chunks, with its type forgotten.
protocol ChunkSequence: Sendable {
    func reader() -> any BodyReader
}

private struct AnyChunks<Chunks: AsyncSequence & Sendable>: ChunkSequence where Chunks.Element == [UInt8] {
    let chunks: Chunks

    func reader() -> any BodyReader { SequenceReader(iterator: chunks.makeAsyncIterator()) }
}

extension ProducedBody {
    /// Writes what a sequence gives.
    fileprivate convenience init(copying chunks: any ChunkSequence) {
        self.init { writer in
            var reader = chunks.reader()
            while let chunk = try await reader.next(isolation: #isolation) { try await writer.write(chunk) }
        }
    }
}

private struct SequenceReader<Iterator: AsyncIteratorProtocol>: BodyReader where Iterator.Element == [UInt8] {
    var iterator: Iterator

    mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
        try await iterator.next(isolation: actor)
    }
}
