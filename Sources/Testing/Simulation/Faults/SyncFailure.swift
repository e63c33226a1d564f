public import RoostRuntime
import RoostStorage

extension StandardFaults {
    /// The next sync fails: the store halts, and some time later somebody starts the machine again.
    public struct SyncFailure: SimulationFault {
        /// `failing sync`.
        public let name = "failing sync"
        /// Nothing can be written until the restart.
        public let failsCalls = true

        /// Makes the fault.
        public init() {}

        /// Lets the sync fail, and plans the restart.
        public func strike(_ world: Simulation, _ random: any RandomSource) -> FaultSighting {
            let before = world.disk.faultCounts.failedSyncs
            world.disk.failSync()
            world.later(random.delay(upTo: 12)) { world.crash() }
            return FaultSighting { world.disk.faultCounts.failedSyncs > before }
        }
    }
}
