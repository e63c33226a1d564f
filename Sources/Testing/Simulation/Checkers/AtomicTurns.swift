/// Whatever is changed between two suspension points becomes durable together (invariant 2 of the runtime).
///
/// After every commit, an invariant over several keys of one object is asked of what is durable: at that moment the
/// machine could stop.
public final class AtomicTurns: SimulationChecker {
    private let world: Simulation
    private let prefix: String
    private let problem: @Sendable ([String: [UInt8]]) -> String?
    private let durable = DurableView()

    /// Makes a checker for a world.
    ///
    /// - Parameters:
    ///   - prefix: What the names of the objects begin with that are looked at: the name of their class.
    ///   - problem: What is wrong with an object's durable entries; nil when nothing is.
    public init(
        _ world: Simulation,
        of prefix: String,
        _ problem: @escaping @Sendable ([String: [UInt8]]) -> String?
    ) {
        self.world = world
        self.prefix = prefix
        self.problem = problem
    }

    /// Looks at what was committed.
    public func observe(_ event: SimulationEvent) {
        guard case .committed(let commit, let batches) = event else { return }
        durable.observe(event)
        for batch in batches {
            let object = SimulationEvent.name(batch)
            guard object.hasPrefix(prefix), let what = problem(durable.entries(of: object)) else { continue }
            world.violate("Commit \(commit) tore a turn of \(object): \(what)")
        }
    }
}
