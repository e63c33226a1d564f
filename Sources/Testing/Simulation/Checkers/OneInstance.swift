import Synchronization

/// For every object there is at most one instance (invariant 1 of the runtime).
///
/// Part of every world.
public final class OneInstance: SimulationChecker {
    private let world: Simulation
    private let awake = Mutex<Set<String>>([])

    /// Makes a checker for a world.
    public init(_ world: Simulation) { self.world = world }

    /// Counts instances.
    public func observe(_ event: SimulationEvent) {
        switch event {
        case .instanceStarted(let object):
            let isSecond = awake.withLock { !$0.insert(object).inserted }
            if isSecond { world.violate("There are two instances of \(object).") }
        case .instanceStopped(let object), .objectReset(let object, _):
            awake.withLock { _ = $0.remove(object) }
        default:
            break
        }
    }
}
