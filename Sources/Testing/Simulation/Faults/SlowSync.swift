public import RoostRuntime

extension StandardFaults {
    /// The disk takes its time: nothing becomes durable for a while, up to a quarter of a minute.
    public struct SlowSync: SimulationFault {
        /// `slow sync`.
        public let name = "slow sync"
        /// Calls wait, none fails.
        public let failsCalls = false

        /// Makes the fault.
        public init() {}

        /// Holds the disk, and plans its release.
        public func strike(_ world: Simulation, _ random: any RandomSource) -> FaultSighting {
            let hold = world.hold()
            world.later(random.delay()) { world.release() }
            return FaultSighting { hold.hadWaiting }
        }
    }
}
