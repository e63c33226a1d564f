import DequeModule
import Synchronization

/// What an instance has sent over its WebSockets and what may not leave yet.
///
/// Guarantee: messages and closes leave in the order in which the object sent them, over all its sockets, each when
/// everything that was changed before it is durable.
///
/// Invariants
/// 1. Whatever waits here is handed over by one task at a time, the pump; while there is one, the instance is held
///    awake. So no later instance of the object can send before it.
/// 2. What is sent while nothing waits and nothing is on its way to the disk leaves at once.
/// 3. Until the initializer has returned nothing leaves: it may still fail.
/// 4. A reset drops what waits.
/// 5. What waits has at most as many bytes as the object's limit, but for one message. Its clients are not to blame for
///    it, so past the limit it is the object that hears of it.
///
///     held ── begin ──▶ clear ◀──▶ pumping
///       └───────┬─────────┴───────────┘
///               └── close ──▶ closed        (terminal)
///
/// Isolation: may be used from any thread; the object's sends come from its actor. Nothing is handed over or resumed
/// while the lock is held.
final class SocketOutbox: Sendable {
    private struct Item {
        let record: SocketRecord
        let command: SocketStateMachine.Command
        /// What must be durable first.
        let batch: UInt64?
    }

    private enum Phase {
        /// The initializer runs. Can transition to: clear, pumping, closed.
        case held
        /// Nothing waits. Can transition to: pumping, closed.
        case clear
        /// A task hands over what waits. Can transition to: clear, closed.
        case pumping
        /// Nothing leaves any more. Terminal.
        case closed
    }

    private struct State {
        var phase = Phase.held
        var items: Deque<Item> = []
        /// What the items weigh.
        var bytes = 0
        /// How many items have ever stood in line, and how many of them were handed over.
        var posted: UInt64 = 0
        var handed: UInt64 = 0
        /// In the order of what they wait for.
        var waiting: Deque<Waiter> = []
    }

    /// Somebody who waits until so many items were handed over.
    private struct Waiter {
        let through: UInt64
        let continuation: CheckedContinuation<Void, Never>
    }

    /// What has become of a command.
    enum Posting {
        /// It has left, or will.
        case taken
        /// The instance is gone, and the command with it.
        case gone
        /// Too much waits.
        case full
    }

    private enum Decision {
        case leave
        case wait
        case pump
        case drop
        case refuse
    }

    private let state = Mutex(State())

    /// The initializer has returned.
    func begin(_ activation: Activation) {
        let pumps = state.withLock { state in
            guard case .held = state.phase else { return false }
            state.phase = state.items.isEmpty ? .clear : .pumping
            return !state.items.isEmpty
        }
        if pumps { startPump(activation) }
    }

    /// Sends a command on its way.
    @discardableResult
    func post(_ command: SocketStateMachine.Command, to record: SocketRecord, of activation: Activation) -> Posting {
        let roost = activation.entry.roost
        let pendingBytesMax = roost.webSocketPendingBytesMax
        if roost.mutations.contains(.socketsSkipGate) {
            record.hand(command, max: pendingBytesMax)
            return .taken
        }
        // When the gate has failed, the instance is being reset, or sleeps.
        guard let batch = try? activation.gate.ticket() as UInt64?? else { return .gone }
        let decision = state.withLock { state -> Decision in
            switch state.phase {
            case .closed: return .drop
            case .clear where batch == nil: return .leave
            case .held, .pumping, .clear: break
            }
            let weight = command.weight
            guard weight == 0 || state.bytes == 0 || state.bytes + weight <= roost.configuration.webSocketHeldBytesMax
            else { return .refuse }
            state.items.append(Item(record: record, command: command, batch: batch))
            state.bytes += weight
            state.posted += 1
            record.hold(command)
            guard case .clear = state.phase else { return .wait }
            state.phase = .pumping
            return .pump
        }
        switch decision {
        case .leave: record.hand(command, max: pendingBytesMax)
        case .pump: return startPump(activation) ? .taken : .gone
        case .wait: break
        case .drop: return .gone
        case .refuse: return .full
        }
        return .taken
    }

    /// Has what waits handed over; false when the instance is gone, and what waits was dropped.
    @discardableResult
    private func startPump(_ activation: Activation) -> Bool {
        guard activation.keep() else {
            close()
            return false
        }
        activation.entry.roost.seams.start("roost.outbox") {
            await self.pump(activation)
            activation.leave(bytes: 0)
        }
        return true
    }

    private func pump(_ activation: Activation) async {
        let pendingBytesMax = activation.entry.roost.webSocketPendingBytesMax
        while let batch = next() {
            if let batch {
                do { try await activation.gate.passage(of: batch) } catch { return close() }
            }
            var ready = take(through: activation.gate.durable)
            if activation.entry.roost.mutations.contains(.socketsReversed) { ready.reverse() }
            for item in ready { item.record.hand(item.command, max: pendingBytesMax, wasHeld: true) }
            handed(ready.count)
        }
    }

    /// What the first in line waits for; nil when nobody is in line, and then there is no pump any more.
    private func next() -> UInt64?? {
        state.withLock { state -> UInt64?? in
            if let item = state.items.first { return .some(item.batch) }
            if case .pumping = state.phase { state.phase = .clear }
            return nil
        }
    }

    private func take(through durable: UInt64) -> [Item] {
        state.withLock { state in
            var ready: [Item] = []
            while let item = state.items.first, item.batch.map({ $0 <= durable }) ?? true {
                ready.append(item)
                state.items.removeFirst()
                state.bytes -= item.command.weight
            }
            return ready
        }
    }

    /// Counts what was handed over, and tells those who have waited for it.
    private func handed(_ count: Int) {
        let done = state.withLock { state -> [Waiter] in
            state.handed += UInt64(count)
            var done: [Waiter] = []
            while let waiter = state.waiting.first, waiter.through <= state.handed {
                done.append(waiter)
                state.waiting.removeFirst()
            }
            return done
        }
        for waiter in done { waiter.continuation.resume() }
    }

    /// Returns when what waits now was handed over or dropped; what is sent later may still wait then.
    func flushed() async {
        await withCheckedContinuation { continuation in
            let isClear = state.withLock { state -> Bool in
                guard case .pumping = state.phase, state.handed < state.posted else { return true }
                state.waiting.append(Waiter(through: state.posted, continuation: continuation))
                return false
            }
            if isClear { continuation.resume() }
        }
    }

    /// Drops what waits; nothing leaves any more.
    func close() {
        let waiting = state.withLock { state -> Deque<Waiter> in
            defer { state = State(phase: .closed) }
            return state.waiting
        }
        for waiter in waiting { waiter.continuation.resume() }
    }
}
