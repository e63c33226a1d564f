/// Watches a world and says when something is wrong.
///
/// A checker is one small class. It is made with the world it belongs to, is told every event, and calls
/// ``Simulation/violate(_:)`` when a promise is broken; clients may also call it directly, with what they have seen.
///
/// Isolation: everything in a world runs on one thread; a checker still is `Sendable`, so its state is in a `Mutex`.
public protocol SimulationChecker: AnyObject, Sendable {
    /// Is told what has happened. Must not suspend, and must not call objects.
    func observe(_ event: SimulationEvent)

    /// Is asked at the end, when every client has ended and the world is whole again.
    func finish()
}

extension SimulationChecker {
    /// Does nothing.
    public func observe(_ event: SimulationEvent) {}
    /// Does nothing.
    public func finish() {}
}
