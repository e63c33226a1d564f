import NIOCore
package import RoostRuntime
import Synchronization

/// A WebSocket's connection as its receiver sees it: what is handed over here is sent from the event loop.
///
/// What comes in is handed to the receiver by one task, one event after the other. The task exists only while there is
/// something to hand over: a silent connection has none.
///
/// Invariants
/// 1. What is handed over leaves in that order; so does what comes in.
/// 2. While the receiver is busy, at most ``WebSocketSettings/waitingMessages`` messages or
///    ``WebSocketSettings/waitingBytes`` bytes are read ahead, and what one read brought beyond that.
/// 3. The receiver gets exactly one end, and nothing after it.
///
/// Isolation: may be used from any thread; nothing waits.
package final class WebSocketConnection: WebSocketTransport, Sendable {
    /// What is to be done on the event loop, in the order in which it was asked for.
    enum Outgoing: Sendable {
        case message(WebSocketMessage)
        case close(WebSocketLifeStateMachine.CloseFrame)
        /// The receiver was told of the end.
        case answer
        case drop
    }

    private enum Incoming: Sendable {
        case message(WebSocketMessage)
        case end(WebSocketLifeStateMachine.End)
    }

    private struct State: Sendable {
        var receiver: (any WebSocketReceiver)?
        var outgoing: [Outgoing] = []
        /// Whether the event loop will come for `outgoing`.
        var isFlushDue = false
        var incoming: [Incoming] = []
        /// What is waiting and being handled.
        var waitingMessages = 0
        var waitingBytes = 0
        /// Whether the task that hands over runs.
        var isDelivering = false
        /// Whether the event loop waits until it may read on.
        var isReadingHeld = false
        /// Whether the end was handed in.
        var hasEnd = false
        /// Whether nothing is sent any more.
        var isOver = false

        func isFull(_ settings: WebSocketSettings) -> Bool {
            waitingMessages >= settings.waitingMessages || waitingBytes >= settings.waitingBytes
        }
    }

    private let eventLoop: any EventLoop
    private let handler: NIOLoopBound<WebSocketChannelHandler>
    private let settings: WebSocketSettings
    private let state = Mutex(State())
    private let pending = Atomic(0)

    /// Made by the connection's handler, on its event loop.
    init(eventLoop: any EventLoop, handler: WebSocketChannelHandler, settings: WebSocketSettings) {
        self.eventLoop = eventLoop
        self.handler = NIOLoopBound(handler, eventLoop: eventLoop)
        self.settings = settings
    }

    /// Says who receives; before anything can come in.
    func attach(_ receiver: any WebSocketReceiver) { state.withLock { $0.receiver = receiver } }

    // MARK: Sending

    package var pendingBytes: Int { pending.load(ordering: .relaxed) }

    package func send(_ message: WebSocketMessage) {
        let size = message.byteCount
        pending.add(size, ordering: .relaxed)
        if !enqueue(.message(message)) { pending.subtract(size, ordering: .relaxed) }
    }

    package func close(code: UInt16?, reason: String) {
        _ = enqueue(.close(.init(code: code, reason: reason)))
    }

    package func drop() { _ = enqueue(.drop) }

    /// Hands something to the event loop; false if the connection is over.
    private func enqueue(_ item: Outgoing) -> Bool {
        let (isTaken, mustCall) = state.withLock { state in
            guard !state.isOver else { return (false, false) }
            state.outgoing.append(item)
            defer { state.isFlushDue = true }
            return (true, !state.isFlushDue)
        }
        // Never at once, also when the caller is on the event loop: the order would be lost.
        if mustCall { eventLoop.execute { [handler] in handler.value.flushOutgoing() } }
        return isTaken
    }

    // MARK: For the event loop

    /// Takes what is to be done.
    func takeOutgoing() -> [Outgoing] {
        state.withLock { state in
            state.isFlushDue = false
            defer { state.outgoing = [] }
            return state.outgoing
        }
    }

    /// Bytes that were handed over have left, or never will.
    func settled(_ bytes: Int) { pending.subtract(bytes, ordering: .relaxed) }

    /// Nothing is sent any more.
    func isOver() {
        let rest = state.withLock { state in
            state.isOver = true
            defer { state.outgoing = [] }
            return state.outgoing
        }
        for case .message(let message) in rest { settled(message.byteCount) }
    }

    /// Whether the event loop must not read on now; then it is called when it may.
    func holdsReading() -> Bool {
        state.withLock { state in
            state.isReadingHeld = state.isFull(settings)
            return state.isReadingHeld
        }
    }

    /// A message has come.
    func received(_ message: WebSocketMessage) { put(.message(message)) }

    /// Nothing more comes.
    func ended(_ end: WebSocketLifeStateMachine.End) { put(.end(end)) }

    // MARK: Delivering

    private func put(_ event: Incoming) {
        let mustStart = state.withLock { state in
            guard !state.hasEnd else { return false }
            state.incoming.append(event)
            switch event {
            case .message(let message):
                state.waitingMessages += 1
                state.waitingBytes += message.byteCount
            case .end: state.hasEnd = true
            }
            defer { state.isDelivering = true }
            return !state.isDelivering
        }
        // Order does not depend on when tasks start: there is one at a time.
        if mustStart { Task { await self.deliver() } }
    }

    private func deliver() async {
        while let (receiver, events) = nextEvents() {
            for event in events {
                switch event {
                case .message(let message):
                    await receiver.received(message)
                    handled(message)
                case .end(let end): await deliver(end, to: receiver)
                }
            }
        }
    }

    private func deliver(_ end: WebSocketLifeStateMachine.End, to receiver: any WebSocketReceiver) async {
        switch end {
        case .closed(let code, let reason):
            await receiver.closed(code: code, reason: reason)
        case .vanished: await receiver.vanished()
        case .failed(let error): await receiver.failed(error)
        }
        _ = enqueue(.answer)
        state.withLock { $0.receiver = nil }
    }

    private func nextEvents() -> (any WebSocketReceiver, [Incoming])? {
        state.withLock { state in
            guard let receiver = state.receiver, !state.incoming.isEmpty else {
                state.isDelivering = false
                return nil
            }
            defer { state.incoming = [] }
            return (receiver, state.incoming)
        }
    }

    private func handled(_ message: WebSocketMessage) {
        let mustCall = state.withLock { state in
            state.waitingMessages -= 1
            state.waitingBytes -= message.byteCount
            guard state.isReadingHeld, !state.isFull(settings) else { return false }
            state.isReadingHeld = false
            return true
        }
        if mustCall { eventLoop.execute { [handler] in handler.value.readOn() } }
    }

}
