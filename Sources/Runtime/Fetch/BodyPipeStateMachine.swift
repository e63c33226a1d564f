import DequeModule

/// One stream between its writer and its reader: chunks are handed from one to the other, and each waits for the other.
///
/// Guarantee: the reader gets the chunks in the order in which they were offered, then the end or the error.
///
/// Invariants
/// 1. A reader waits only when nothing is offered; a writer waits only when no reader does. So of what is written
///    nothing lies here but what its writers wait with.
/// 2. When the stream has failed, chunks that were not taken are dropped: their writers get the error.
/// 3. When the reader has left, nobody waits any more, and whoever writes is told so.
///
///     flowing ── finish ──▶ finished          (terminal; reader gets what is offered, then the end)
///        ├────── fail ────▶ failed            (terminal; reader gets the error)
///        └────── abandon ─▶ abandoned         (terminal; writers get an error)
///
/// Isolation: a value inside the lock of `BodyPipe`; continuations are resumed by the caller, outside the lock.
struct BodyPipeStateMachine: ~Copyable {
    typealias Reader = CheckedContinuation<Reading, Never>
    typealias Writer = CheckedContinuation<Writing, Never>

    /// What the reader gets.
    enum Reading: Sendable {
        case chunk([UInt8])
        case end
        case failed(any Error)
        case cancelled
    }

    /// What a writer gets.
    enum Writing: Sendable {
        case taken
        case failed(any Error)
        case cancelled
    }

    /// Those who need not wait any longer, with their answers.
    struct Release {
        var reader: (Reader, Reading)?
        var writers: [(Writer, Writing)] = []
    }

    private struct Offer {
        let number: UInt64
        let chunk: [UInt8]
        let writer: Writer
    }

    private enum State {
        /// Can transition to: finished, failed, abandoned.
        case flowing
        /// Terminal.
        case finished
        /// Terminal.
        case failed(any Error)
        /// Terminal.
        case abandoned
    }

    private var state = State.flowing
    private var offers: Deque<Offer> = []
    private var reader: Reader?
    private var cancelledEarly: Set<UInt64> = []
    private var nextNumber: UInt64 = 1

    var isAbandoned: Bool {
        if case .abandoned = state { true } else { false }
    }

    /// Gives an offer its number, by which it can be cancelled before and after it waits.
    mutating func number() -> UInt64 {
        defer { nextNumber += 1 }
        return nextNumber
    }

    /// A writer offers a chunk; nil when he must wait.
    mutating func offer(
        _ number: UInt64,
        _ chunk: [UInt8],
        _ writer: Writer
    ) -> (answer: Writing?, reader: (Reader, Reading)?) {
        if cancelledEarly.remove(number) != nil { return (.cancelled, nil) }
        switch state {
        case .finished, .abandoned: return (.failed(RoostError.readerGone), nil)
        case .failed(let error): return (.failed(error), nil)
        case .flowing: break
        }
        if let waiting = reader.take() { return (.taken, (waiting, .chunk(chunk))) }
        offers.append(Offer(number: number, chunk: chunk, writer: writer))
        return (nil, nil)
    }

    /// A writer's task was cancelled.
    mutating func cancel(_ number: UInt64) -> Writer? {
        guard let place = offers.firstIndex(where: { $0.number == number }) else {
            cancelledEarly.insert(number)
            return nil
        }
        return offers.remove(at: place).writer
    }

    /// Forgets a number that is no longer in use.
    mutating func done(_ number: UInt64) { cancelledEarly.remove(number) }

    /// The reader asks; nil when it must wait.
    ///
    /// A second one that asks meanwhile gets an error.
    mutating func read(_ continuation: Reader) -> (answer: Reading?, writer: Writer?) {
        if let offer = offers.popFirst() { return (.chunk(offer.chunk), offer.writer) }
        switch state {
        case .finished: return (.end, nil)
        case .failed(let error): return (.failed(error), nil)
        case .abandoned: return (.cancelled, nil)
        case .flowing:
            guard reader == nil else { return (.failed(RoostError.bodyUsed), nil) }
            reader = continuation
            return (nil, nil)
        }
    }

    /// Nothing more will be written.
    mutating func finish() -> Release {
        guard case .flowing = state else { return Release() }
        state = .finished
        return Release(reader: reader.take().map { ($0, .end) })
    }

    /// The stream ends with an error; chunks that were not taken are dropped.
    mutating func fail(_ error: any Error) -> Release {
        guard case .flowing = state else { return Release() }
        state = .failed(error)
        return release(reader: .failed(error), writers: .failed(error))
    }

    /// The reader has left.
    mutating func abandon() -> Release {
        switch state {
        case .abandoned: return Release()
        case .flowing, .finished, .failed: break
        }
        state = .abandoned
        return release(reader: .cancelled, writers: .failed(RoostError.readerGone))
    }

    private mutating func release(reader answer: Reading, writers writing: Writing) -> Release {
        defer { offers = [] }
        return Release(reader: reader.take().map { ($0, answer) }, writers: offers.map { ($0.writer, writing) })
    }
}
