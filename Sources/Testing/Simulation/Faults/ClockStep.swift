public import RoostRuntime

extension StandardFaults {
    /// The civil clock jumps, forward or back, as when a time server corrects it.
    public struct ClockStep: SimulationFault {
        /// `clock step`.
        public let name = "clock step"
        /// Nothing fails for it.
        public let failsCalls = false

        /// Makes the fault.
        public init() {}

        /// Steps the clock by up to about an hour.
        public func strike(_ world: Simulation, _ random: any RandomSource) -> FaultSighting {
            let step = random.delay(upTo: 22)
            world.clock.stepCivilTime(by: random.oneIn(2) ? step : .zero - step)
            return .now
        }
    }
}
