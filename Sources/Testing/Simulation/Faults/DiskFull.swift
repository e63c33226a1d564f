public import RoostRuntime
import RoostStorage

extension StandardFaults {
    /// The next commits fail as on a full disk; the store goes on.
    public struct DiskFull: SimulationFault {
        /// `disk full`.
        public let name = "disk full"
        /// Objects whose commit fails are reset.
        public let failsCalls = true

        /// Makes the fault.
        public init() {}

        /// Lets one to three commits fail.
        public func strike(_ world: Simulation, _ random: any RandomSource) -> FaultSighting {
            let before = world.disk.faultCounts.failedCommits
            world.disk.failCommits(random.draw(1...3))
            return FaultSighting { world.disk.faultCounts.failedCommits > before }
        }
    }
}
