public import RoostRuntime
import RoostStorage

extension StandardFaults {
    /// The next reads of the store fail.
    public struct ReadFailure: SimulationFault {
        /// `failing read`.
        public let name = "failing read"
        /// Who reads gets an error.
        public let failsCalls = true

        /// Makes the fault.
        public init() {}

        /// Lets one or two reads fail.
        public func strike(_ world: Simulation, _ random: any RandomSource) -> FaultSighting {
            let before = world.disk.faultCounts.failedReads
            world.disk.failReads(random.draw(1...2))
            return FaultSighting { world.disk.faultCounts.failedReads > before }
        }
    }
}
