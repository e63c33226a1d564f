/// What a relay hands to the side that writes.
package enum FrameRelayEvent<Item: Sendable>: Sendable {
    /// The next item.
    case item(Item)
    /// Nothing came for a while.
    case heartbeat
    /// Nothing will come any more.
    case end
}

/// Hands items from one producer to one consumer, one at a time and without a buffer.
///
/// Invariants
/// 1. At most one item is between the two. The producer waits until it has been written, which the consumer says by
///    asking for the next; so a slow reader slows the producer and nothing piles up.
/// 2. After `close()` no item is delivered, and a waiting producer fails.
/// 3. After `finish()` the item that is still there is delivered, then the end.
///
///     open ── finish() ─▶ finishing ── next() without an item ─▶ end
///       └────── close() ─────┴──────▶ closed   (terminal)
struct FrameRelayStateMachine<Item: Sendable> {
    enum Phase { case open, finishing, closed }

    enum Offer {
        /// The consumer waits for it: hand it over.
        case deliver(Item)
        /// It stays until the consumer asks.
        case keep
        /// The relay is closed.
        case refuse
    }

    private(set) var phase = Phase.open
    private var item: Item?
    private var isBeingWritten = false
    private var consumerWaits = false
    private var heartbeatIsDue = false

    /// The producer brings an item.
    mutating func offer(_ item: Item) -> Offer {
        precondition(self.item == nil && !isBeingWritten, "A producer offered an item before the last one was written.")
        guard phase == .open else { return .refuse }
        guard consumerWaits else {
            self.item = item
            return .keep
        }
        consumerWaits = false
        isBeingWritten = true
        heartbeatIsDue = false
        return .deliver(item)
    }

    /// The consumer asks for the next event; `nil` means that it must wait.
    ///
    /// - Returns: also whether the producer's item has now been written.
    mutating func next() -> (event: FrameRelayEvent<Item>?, written: Bool) {
        precondition(!consumerWaits, "A relay has one consumer.")
        let written = isBeingWritten
        isBeingWritten = false
        if phase == .closed { return (.end, written) }
        if let item {
            self.item = nil
            isBeingWritten = true
            heartbeatIsDue = false
            return (.item(item), written)
        }
        if phase == .finishing { return (.end, written) }
        if heartbeatIsDue {
            heartbeatIsDue = false
            return (.heartbeat, written)
        }
        consumerWaits = true
        return (nil, written)
    }

    /// The consumer has written the item and does not ask for the next yet; says whether a producer waited for that.
    mutating func acknowledge() -> Bool {
        defer { isBeingWritten = false }
        return isBeingWritten
    }

    /// Time has passed; says whether the consumer is to be woken with a heartbeat.
    mutating func beat() -> Bool {
        guard phase == .open, item == nil else { return false }
        guard consumerWaits else {
            heartbeatIsDue = true
            return false
        }
        consumerWaits = false
        return true
    }

    /// The producer has nothing more; says whether the consumer is to be woken with the end.
    mutating func finish() -> Bool {
        guard phase == .open else { return false }
        phase = .finishing
        defer { consumerWaits = false }
        return consumerWaits
    }

    /// Either side has gone; says whom to wake.
    mutating func close() -> (consumer: Bool, producer: Bool) {
        guard phase != .closed else { return (false, false) }
        phase = .closed
        let wakes = (consumer: consumerWaits, producer: item != nil || isBeingWritten)
        item = nil
        isBeingWritten = false
        consumerWaits = false
        return wakes
    }
}
