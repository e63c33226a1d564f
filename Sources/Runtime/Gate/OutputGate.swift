import Synchronization

/// The output gate of one instance: the state machine, its lock, and those who wait.
///
/// Isolation: every member may be used from any thread. Nothing is resumed while the lock is held.
final class OutputGate: Sendable {
    private let machine: Mutex<OutputGateStateMachine>

    /// The last durable batch, readable without the lock: an instance looks here before each use of its storage.
    private let durableBatch: Atomic<UInt64>

    /// Whether somebody was told of the failure.
    private let told = Atomic<Bool>(false)

    init() {
        machine = Mutex(OutputGateStateMachine(durable: 0))
        durableBatch = Atomic(0)
    }

    /// Says where the object's batches stand in the store.
    ///
    /// Called once, before the instance exists; a gate that has failed by then stays so.
    func begin(durable: UInt64) {
        machine.withLock { machine in
            guard machine.failure == nil else { return }
            machine = OutputGateStateMachine(durable: durable)
            durableBatch.store(durable, ordering: .releasing)
        }
    }

    var durable: UInt64 { durableBatch.load(ordering: .acquiring) }

    var isSettled: Bool { machine.withLock { $0.isSettled } }

    var failure: (any Error)? { machine.withLock { $0.failure } }

    var waiterCount: Int { machine.withLock { $0.waiterCount } }

    /// Whether the failure has reached anybody: somebody who waited here or came later, or who waited to be let in.
    var isFailureTold: Bool { told.load(ordering: .relaxed) }

    func failureWasTold() { told.store(true, ordering: .relaxed) }

    func changed(batch: UInt64, confirmed: Bool) {
        machine.withLock { $0.changed(batch: batch, confirmed: confirmed) }
    }

    func unconfirmed(batch: UInt64) { machine.withLock { $0.unconfirmed(batch: batch) } }

    func settled(batch: UInt64) {
        let leaving = machine.withLock { machine in
            let leaving = machine.settled(batch: batch)
            durableBatch.store(machine.durable, ordering: .releasing)
            return leaving
        }
        for continuation in leaving { continuation.resume(returning: .open) }
    }

    func fail(_ error: any Error) {
        for continuation in machine.withLock({ $0.failed(error) }) {
            continuation.resume(returning: .failed(error))
        }
    }

    /// Returns when everything confirmed that was changed before this call is durable.
    ///
    /// - Parameter everything: Wait for unconfirmed changes too.
    /// - Throws: The failure of the gate, or `CancellationError` when the waiting task was cancelled; the changes
    ///   themselves are not affected by that.
    func passage(everything: Bool = false) async throws {
        guard let batch = try ticket(everything: everything) else { return }
        try await passage(of: batch)
    }

    /// The batch that must be durable before what is known now may be told; nil when all of it is.
    ///
    /// - Throws: The failure of the gate.
    func ticket(everything: Bool = false) throws -> UInt64? {
        try machine.withLock { machine in
            if let failure = machine.failure {
                failureWasTold()
                throw failure
            }
            return machine.ticket(everything: everything)
        }
    }

    /// Returns when a batch is durable; see `ticket`.
    func passage(of batch: UInt64) async throws {
        if batch <= durable { return }
        let number = machine.withLock { $0.number() }
        switch await wait(number: number, batch: batch) {
        case .open: return
        case .failed(let error):
            failureWasTold()
            throw error
        case .cancelled: throw CancellationError()
        }
    }

    /// Returns when nothing that the object has changed is on its way to the disk any more, durable or lost.
    ///
    /// Whoever waits here counts as nobody: a failure is not told by it.
    func rest() async {
        let (number, batch) = machine.withLock { ($0.number(), $0.changed) }
        _ = await wait(number: number, batch: batch)
    }

    private func wait(number: UInt64, batch: UInt64) async -> OutputGateStateMachine.Outcome {
        defer { machine.withLock { $0.done(number: number) } }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known = machine.withLock { $0.park(number: number, batch: batch, continuation) }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            let continuation = machine.withLock { $0.cancel(number: number) }
            continuation?.resume(returning: .cancelled)
        }
    }
}
