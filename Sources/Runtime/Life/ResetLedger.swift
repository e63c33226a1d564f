import Synchronization

/// The resets of a runtime's objects, so that a test can find those of which nobody was told.
///
/// A reset is told when its error has reached somebody: a call that was in the object, waited for it, or came back to
/// it. That the runtime ends is no reset.
///
/// Isolation: any thread.
package final class ResetLedger: Sendable {
    private struct Entry {
        let object: ObjectAddress
        let error: any Error
        let gate: OutputGate
    }

    /// Resets beyond this many are not written down.
    private static let entriesMax = 10_000

    private let entries = Mutex<[Entry]>([])

    package init() {}

    /// The resets that nobody was told of, in order.
    package var untold: [(object: ObjectAddress, error: any Error)] {
        entries.withLock { $0 }.filter { !$0.gate.isFailureTold }.map { ($0.object, $0.error) }
    }

    /// Forgets everything: the machine that it happened on is gone.
    package func clear() { entries.withLock { $0 = [] } }

    func note(_ object: ObjectAddress, _ error: any Error, _ gate: OutputGate) {
        if let error = error as? RoostError, error.code == .shuttingDown { return }
        entries.withLock { entries in
            if entries.count < Self.entriesMax { entries.append(Entry(object: object, error: error, gate: gate)) }
        }
    }
}
