public import RoostRuntime
import Synchronization

/// No alarm rings before its time, and a run knows of all the failed runs before it that were told.
///
/// The handler must say that it runs, with ``rang(_:in:)``, and that it has come to its end, with ``ended(in:)``.
public final class AlarmPromises: SimulationChecker {
    private struct Failures {
        var time: Timestamp
        var count: Int
    }

    private let world: Simulation
    private let failures = Mutex<[String: Failures]>([:])

    /// Makes a checker for a world.
    public init(_ world: Simulation) { self.world = world }

    /// Counts failed runs.
    public func observe(_ event: SimulationEvent) {
        switch event {
        case .alarmFailed(let object, let failure):
            guard failure.isCounted, let invocation = failure.invocation else { return }
            failures.withLock { failures in
                if failures[object]?.time != invocation.scheduledTime {
                    failures[object] = Failures(time: invocation.scheduledTime, count: 0)
                }
                failures[object]?.count += 1
            }
        case .alarmAbandoned(let object, _):
            ended(in: object)
        default:
            break
        }
    }

    /// The alarm of an object rings.
    public func rang(_ invocation: AlarmInvocation, in object: String) {
        let now = world.clock.now
        if invocation.scheduledTime > now {
            let early = invocation.scheduledTime - now
            world.violate("The alarm of \(object) rang \(early.wholeMilliseconds) ms before its time.")
        }
        let told = failures.withLock { $0[object] }
        if let told, told.time == invocation.scheduledTime, invocation.retryCount < told.count {
            world.violate("The alarm of \(object) has failed \(told.count) times, and tells \(invocation.retryCount).")
        }
    }

    /// A run of an object's alarm has come to its end; what is set from now on is another alarm.
    public func ended(in object: String) { failures.withLock { $0[object] = nil } }
}
