import RoostRuntime
import RoostTesting
import Synchronization

/// What goes wrong in the next critical sections of a world.
final class SectionTroubles: SimulationChecker {
    enum Trouble: Sendable {
        /// It throws.
        case failing
        /// It never ends.
        case stuck
        /// It resets its own object.
        case aborting
    }

    private let coming = Mutex<[Trouble]>([])
    private let met = Mutex(0)

    /// How many sections have met one.
    var metCount: Int { met.withLock { $0 } }

    func add(_ trouble: Trouble) { coming.withLock { $0.append(trouble) } }

    func next() -> Trouble? {
        let trouble = coming.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        if trouble != nil { met.withLock { $0 += 1 } }
        return trouble
    }
}

/// The next critical section goes wrong.
struct SectionFault: SimulationFault {
    let name: String
    let trouble: SectionTroubles.Trouble
    let failsCalls = true

    func strike(_ world: Simulation, _ random: any RandomSource) -> FaultSighting {
        guard let troubles = world.checker(of: SectionTroubles.self) else { return FaultSighting { false } }
        let before = troubles.metCount
        troubles.add(trouble)
        return FaultSighting { troubles.metCount > before }
    }

    static let all = [
        SectionFault(name: "failing section", trouble: .failing),
        SectionFault(name: "stuck section", trouble: .stuck),
        SectionFault(name: "abort", trouble: .aborting),
    ]
}
