public import RoostRuntime
public import RoostStorage

extension StandardFaults {
    /// The machine stops in the middle of one of the next commits.
    public struct CrashAtCommit: SimulationFault {
        /// `crash before durable` or `crash after durable`.
        public let name: String
        /// Calls in flight fail.
        public let failsCalls = true

        private let moment: CrashMoment

        /// Makes the fault.
        public init(_ moment: CrashMoment) {
            self.moment = moment
            name = moment == .beforeDurable ? "crash before durable" : "crash after durable"
        }

        /// Plans the crash.
        public func strike(_ world: Simulation, _ random: any RandomSource) -> FaultSighting {
            let commit = world.disk.lastCommit + UInt64(random.draw(1...3))
            let before = world.disk.faultCounts.crashes
            world.disk.crash(atCommit: commit, moment)
            return FaultSighting { world.disk.faultCounts.crashes > before && world.disk.lastCommit + 1 >= commit }
        }
    }
}
