import DequeModule

/// Holds back what an object says to the outside until what it depends on is durable.
///
/// Guarantee: whoever passes the gate leaves behind nothing that could still be lost. Every way out of an object goes
/// through it: replies, errors, calls to other objects (DESIGN §4, invariant 4).
///
/// Changes are counted in *batches*. A batch is open (still being filled), then sealed, then durable, strictly in
/// order, so three numbers say it all: the last batch with any change, the last with a confirmed change, the last
/// durable one.
///
/// Invariants
/// 1. `durable <= changed` and `confirmed <= changed`.
/// 2. Whoever waits, waits for a batch that is not durable yet; waiters leave in the order of their batches.
/// 3. A failed gate never opens again: waiters, present and future, get the failure.
///
///     clear ── changed(batch:) ──▶ holding ── settled(batch:) up to `confirmed` ──▶ clear
///       └──────────── failed(_:) ──────┴──▶ failed        (terminal)
///
/// Isolation: a value inside the lock of `OutputGate`; continuations are resumed by the caller, outside the lock.
struct OutputGateStateMachine: ~Copyable {
    typealias Continuation = CheckedContinuation<Outcome, Never>

    enum Outcome: Sendable {
        case open
        case failed(any Error)
        case cancelled
    }

    private struct Waiter {
        let number: UInt64
        let batch: UInt64
        let continuation: Continuation
    }

    private(set) var changed: UInt64
    private(set) var confirmed: UInt64
    private(set) var durable: UInt64
    /// What `confirmed` was before the batch that it is.
    private var confirmedBefore: UInt64
    private(set) var failure: (any Error)?
    private var waiters: Deque<Waiter> = []
    private var cancelledEarly: Set<UInt64> = []
    private var nextNumber: UInt64 = 1

    /// Begins with a store in which `durable` batches of the object are committed.
    init(durable: UInt64) {
        changed = durable
        confirmed = durable
        confirmedBefore = durable
        self.durable = durable
    }

    /// True when nothing that the object changed is still on its way to the disk.
    var isSettled: Bool { durable == changed }

    var waiterCount: Int { waiters.count }

    /// A batch holds a change.
    ///
    /// Called for its first change, and for its first confirmed one.
    mutating func changed(batch: UInt64, confirmed isConfirmed: Bool) {
        precondition(batch >= changed, "Batch \(batch) was changed after batch \(changed) had been opened.")
        changed = batch
        guard isConfirmed, confirmed < batch else { return }
        confirmedBefore = confirmed
        confirmed = batch
    }

    /// What was confirmed in the open batch was undone; those who wait for it go on waiting.
    mutating func unconfirmed(batch: UInt64) {
        precondition(batch == confirmed && batch > durable, "Batch \(batch) was undone after batch \(confirmed).")
        confirmed = confirmedBefore
    }

    /// What somebody must wait for who wants to leave now: nil when nothing.
    func ticket(everything: Bool) -> UInt64? {
        let batch = everything ? changed : confirmed
        return batch > durable ? batch : nil
    }

    /// Gives a waiter its number, by which it can be cancelled before and after it is parked.
    mutating func number() -> UInt64 {
        defer { nextNumber += 1 }
        return nextNumber
    }

    /// Parks a waiter, unless its answer is known by now: then returns it.
    mutating func park(number: UInt64, batch: UInt64, _ continuation: Continuation) -> Outcome? {
        if !cancelledEarly.isEmpty, cancelledEarly.remove(number) != nil { return .cancelled }
        // What is durable stays so, also when a later batch has failed since.
        guard batch > durable else { return .open }
        if let failure { return .failed(failure) }
        let waiter = Waiter(number: number, batch: batch, continuation: continuation)
        // Tickets mostly come in order; `sync` may wait for an unconfirmed batch ahead of others.
        var place = waiters.endIndex
        while place > waiters.startIndex, waiters[place - 1].batch > batch { place -= 1 }
        waiters.insert(waiter, at: place)
        return nil
    }

    /// Takes a cancelled waiter out, or remembers that it must not be parked.
    mutating func cancel(number: UInt64) -> Continuation? {
        guard let place = waiters.firstIndex(where: { $0.number == number }) else {
            cancelledEarly.insert(number)
            return nil
        }
        return waiters.remove(at: place).continuation
    }

    /// Forgets a number that is no longer in use.
    mutating func done(number: UInt64) {
        if !cancelledEarly.isEmpty { cancelledEarly.remove(number) }
    }

    /// A batch is durable; returns who may leave.
    mutating func settled(batch: UInt64) -> [Continuation] {
        guard failure == nil else { return [] }
        precondition(batch == durable + 1, "Batch \(batch) became durable after batch \(durable).")
        precondition(batch <= changed, "Batch \(batch) became durable, but was never changed.")
        durable = batch
        var leaving: [Continuation] = []
        while let first = waiters.first, first.batch <= durable {
            leaving.append(first.continuation)
            waiters.removeFirst()
        }
        return leaving
    }

    /// A batch could not be made durable; returns who must be told.
    ///
    /// Later calls change nothing.
    mutating func failed(_ error: any Error) -> [Continuation] {
        guard failure == nil else { return [] }
        failure = error
        let leaving = waiters.map(\.continuation)
        waiters = []
        return leaving
    }
}
