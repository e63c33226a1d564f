import Synchronization

/// A meeting point of a model that produces pieces and a connection that writes them; see ``FrameRelayStateMachine``.
///
/// Cancellation of either side closes the relay, and with it stops the other.
package final class FrameRelay<Item: Sendable>: Sendable {
    private struct State {
        var machine = FrameRelayStateMachine<Item>()
        var consumer: CheckedContinuation<FrameRelayEvent<Item>, Never>?
        var producer: CheckedContinuation<Bool, Never>?
        /// What became of the producer's item, when that was known before the producer had suspended.
        var early: Bool?
        /// An event that came before the consumer had suspended.
        var earlyEvent: FrameRelayEvent<Item>?

        mutating func settleProducer(_ written: Bool) -> CheckedContinuation<Bool, Never>? {
            guard let waiting = producer.take() else {
                early = written
                return nil
            }
            return waiting
        }

        mutating func settleConsumer(
            _ event: FrameRelayEvent<Item>
        ) -> CheckedContinuation<FrameRelayEvent<Item>, Never>? {
            guard let waiting = consumer.take() else {
                earlyEvent = event
                return nil
            }
            return waiting
        }
    }

    private let state = Mutex(State())

    /// Creates an open relay.
    package init() {}

    /// Whether the relay was closed before the producer had finished.
    package var isClosed: Bool { state.withLock { $0.machine.phase == .closed } }

    /// Hands over an item and waits until it has been written.
    ///
    /// - Throws: `CancellationError` when nobody takes items any more.
    package func send(_ item: Item) async throws {
        let (isRefused, consumer) = state.withLock { state in
            state.early = nil
            switch state.machine.offer(item) {
            case .deliver(let item): return (false, state.settleConsumer(.item(item)))
            case .keep: return (false, nil)
            case .refuse: return (true, nil)
            }
        }
        guard !isRefused else { throw CancellationError() }
        consumer?.resume(returning: .item(item))
        let written = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let early = state.withLock { state -> Bool? in
                    if let early = state.early.take() { return early }
                    state.producer = continuation
                    return nil
                }
                if let early { continuation.resume(returning: early) }
            }
        } onCancel: {
            close()
        }
        guard written else { throw CancellationError() }
    }

    /// Waits for the next event; asking for it says that the last item has been written.
    package func next() async -> FrameRelayEvent<Item> {
        let (event, producer) = state.withLock { state in
            let (event, written) = state.machine.next()
            return (event, written ? state.settleProducer(true) : nil)
        }
        producer?.resume(returning: true)
        if let event { return event }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let early = state.withLock { state -> FrameRelayEvent<Item>? in
                    if let early = state.earlyEvent.take() { return early }
                    state.consumer = continuation
                    return nil
                }
                if let early { continuation.resume(returning: early) }
            }
        } onCancel: {
            close()
        }
    }

    /// Says that the last item has been written, without asking for the next.
    package func acknowledge() {
        let producer = state.withLock { $0.machine.acknowledge() ? $0.settleProducer(true) : nil }
        producer?.resume(returning: true)
    }

    /// Wakes the consumer with a heartbeat, if it waits.
    package func beat() {
        let consumer = state.withLock { $0.machine.beat() ? $0.settleConsumer(.heartbeat) : nil }
        consumer?.resume(returning: .heartbeat)
    }

    /// Says that no further item will come.
    package func finish() {
        let consumer = state.withLock { $0.machine.finish() ? $0.settleConsumer(.end) : nil }
        consumer?.resume(returning: .end)
    }

    /// Ends the relay at once, for both sides.
    package func close() {
        let (consumer, producer) = state.withLock { state in
            let wakes = state.machine.close()
            return (
                wakes.consumer ? state.settleConsumer(.end) : nil, wakes.producer ? state.settleProducer(false) : nil
            )
        }
        consumer?.resume(returning: .end)
        producer?.resume(returning: false)
    }
}
