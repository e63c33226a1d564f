import RoostRuntime

/// The runtime fails no call as long as nothing has gone wrong, and sleep is never seen by a caller.
///
/// Errors that an object's own code throws are its own affair. Part of every world.
public final class UnprovokedErrors: SimulationChecker {
    private let world: Simulation

    /// Makes a checker for a world.
    public init(_ world: Simulation) { self.world = world }

    /// Looks at the ends of calls.
    public func observe(_ event: SimulationEvent) {
        guard case .callEnded(let call, let error?) = event, let error = error as? RoostError else { return }
        if !world.mayFail {
            world.violate("Call \(call.number), \(call.label), failed although nothing had gone wrong: \(error)")
        } else if error.code == .instanceGone {
            world.violate("Call \(call.number), \(call.label), saw its object go to sleep.")
        }
    }
}
