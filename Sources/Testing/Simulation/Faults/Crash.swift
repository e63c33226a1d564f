public import RoostRuntime

extension StandardFaults {
    /// The machine stops between two steps, and starts again on what was durable.
    public struct Crash: SimulationFault {
        /// `crash`.
        public let name = "crash"
        /// Calls in flight fail.
        public let failsCalls = true

        /// Makes the fault.
        public init() {}

        /// Crashes at once.
        public func strike(_ world: Simulation, _ random: any RandomSource) -> FaultSighting {
            world.crash()
            return .now
        }
    }
}
