import Synchronization

/// One run of one alarm, from the moment it is let into its object until somebody has answered for it.
///
/// A run ends in one of two ways: its handler returns or throws, or its instance is cut off while the handler still
/// works. Both may happen at once; whoever claims the run first decides what becomes of the alarm.
///
/// Isolation: any thread.
final class AlarmRun: Sendable {
    private struct State {
        var isClaimed = false
        var fired: ObjectBuffer.Value?
    }

    private let state = Mutex(State())
    /// What to do when the instance was cut off.
    private let onReset: @Sendable (_ error: any Error, _ retries: Bool, _ fired: ObjectBuffer.Value?) -> Void

    init(onReset: @escaping @Sendable (any Error, Bool, ObjectBuffer.Value?) -> Void) { self.onReset = onReset }

    /// The record that is being run; nil until the object has looked at it.
    var fired: ObjectBuffer.Value? { state.withLock { $0.fired } }

    /// Notes which record is being run.
    func arm(_ fired: ObjectBuffer.Value) { state.withLock { $0.fired = fired } }

    /// True for the first who asks.
    func claim() -> Bool {
        state.withLock { state in
            defer { state.isClaimed = true }
            return !state.isClaimed
        }
    }

    /// The instance was cut off.
    ///
    /// - Parameter retries: Whether the alarm may run again.
    func reset(because error: any Error, retries: Bool) {
        guard claim() else { return }
        onReset(error, retries, state.withLock { $0.fired })
    }
}

/// What came of an alarm's run, as its object sees it.
enum AlarmVerdict: Sendable {
    /// The handler has returned; the alarm is cleared in the batch of its last changes.
    case succeeded
    /// There is no alarm, or it is not due yet.
    case notDue
    /// The handler has thrown; the next attempt is in the batch of its last changes, unless it had set a new alarm.
    case failed(AlarmFailure, abandoned: Bool)
    /// The storage could not be read or was closed; nothing was changed.
    case broken(any Error)
}

/// What becomes of an alarm's record when its run has failed together with its instance.
enum AlarmDecision: Sendable {
    /// Nothing: it is not the alarm that failed.
    case keep
    /// It gives way to this one, or to none.
    case replace(ObjectBuffer.Value?)

    /// Decides, given the record as it stands and the number of the batch that would change it.
    typealias Settlement = @Sendable (_ current: ObjectBuffer.Value?, _ batch: UInt64) -> AlarmDecision
}
