import Synchronization

/// The calls of an object begin in the order in which they reached the runtime.
///
/// The object's methods must say that they have begun, with ``Simulation/started(in:)``. Calls that are made at the
/// same time from several tasks have no order before they reach the runtime; from there on they have.
public final class CallOrder: SimulationChecker {
    private let world: Simulation
    private let prefix: String
    private let waiting = Mutex<[String: [Int]]>([:])

    /// Makes a checker for a world.
    ///
    /// - Parameter prefix: What the names of the objects begin with that are looked at: the name of their class.
    public init(_ world: Simulation, of prefix: String) {
        self.world = world
        self.prefix = prefix
    }

    /// Compares the order of arrival with that of the starts.
    public func observe(_ event: SimulationEvent) {
        switch event {
        case .callArrived(let object, let call?) where object.hasPrefix(prefix):
            waiting.withLock { $0[object, default: []].append(call.number) }
        case .callStarted(let object, let call):
            let earlier = waiting.withLock { waiting -> Int? in
                guard let place = waiting[object]?.firstIndex(of: call.number) else { return nil }
                waiting[object]?.remove(at: place)
                return place == 0 ? nil : waiting[object]?.first
            }
            if let earlier { world.violate("\(object) began call \(call.number) before \(earlier), which came first.") }
        case .callReturned(let call):
            // It may have failed before it began.
            waiting.withLock { waiting in
                for object in waiting.keys { waiting[object]?.removeAll { $0 == call.number } }
            }
        case .objectReset(let object, _):
            // Whoever waits has failed by now, even if it does not know yet.
            waiting.withLock { $0[object] = nil }
        case .crashed:
            waiting.withLock { $0 = [:] }
        default:
            break
        }
    }
}
