public import RoostRuntime

extension StandardFaults {
    /// So much time passes that every object that can sleep is put to sleep.
    public struct Sleep: SimulationFault {
        /// `sleep`.
        public let name = "sleep"
        /// Sleep is not seen by callers.
        public let failsCalls = false

        /// Makes the fault.
        public init() {}

        /// Lets time pass.
        public func strike(_ world: Simulation, _ random: any RandomSource) -> FaultSighting {
            let before = world.counts.evictions
            world.clock.advance(by: world.idleTime + .milliseconds(random.draw(1...20)))
            let isSeen = world.counts.evictions > before
            return FaultSighting { isSeen }
        }
    }
}
