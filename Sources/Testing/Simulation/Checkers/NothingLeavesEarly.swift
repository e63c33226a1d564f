/// Nothing leaves an object before what it depends on is durable (invariant 4 of the runtime).
///
/// The object counts a number up under one key, and lets everything that leaves it carry the number it had seen:
/// results, errors, calls to others. Whoever gets it calls ``left(_:of:by:)``.
public final class NothingLeavesEarly: SimulationChecker {
    private let world: Simulation
    private let key: String
    private let durable = DurableView()

    /// Makes a checker for a world; `key` is where the objects keep their number.
    public init(_ world: Simulation, key: String) {
        self.world = world
        self.key = key
    }

    /// Takes over what is durable.
    public func observe(_ event: SimulationEvent) { durable.observe(event) }

    /// Something left an object that depends on `number`.
    ///
    /// - Parameters:
    ///   - number: The number the object had when it was sent off.
    ///   - object: Class and name of the object.
    ///   - way: How it left, for the report.
    public func left(_ number: Int, of object: String, by way: String) {
        let safe = durable.number(key, of: object) ?? 0
        guard number > safe else { return }
        world.violate("\(way) left \(object) with change \(number), when only \(safe) was durable.")
    }
}
