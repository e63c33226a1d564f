public import RoostRuntime

/// One scenario on one thread, in an order drawn from a seed, in virtual time.
///
/// When nothing is ready to run, time goes on to the next timer. When there is no timer either, the scenario hangs, and
/// the run says so.
public struct SeededRun: Sendable {
    /// What a run came to.
    public struct Outcome<Result: Sendable>: Sendable {
        /// What the scenario returned.
        public let result: Result
        /// Equal for equal orders of execution.
        public let traceDigest: UInt64
        /// How many jobs ran.
        public let steps: Int
    }

    /// Why a run did not come to an end.
    public enum Failure: Error, Equatable {
        /// Every task waits for something that will never happen.
        case deadlock(seed: UInt64)
    }

    /// The seed.
    public let seed: UInt64

    /// Creates a run for a seed.
    public init(seed: UInt64) { self.seed = seed }

    /// Runs a scenario to its end, on the caller's thread.
    ///
    /// - Throws: What the scenario throws, or ``Failure``.
    public func run<Result: Sendable>(
        register: @escaping @Sendable (Roost) throws -> Void,
        scenario: @escaping @Sendable (RoostTest) async throws -> Result
    ) throws -> Outcome<Result> {
        let stepped = try SteppedTest(seed: seed, register: register)
        let test = stepped.test
        let pending = stepped.start { try await scenario(test) }
        while true {
            stepped.settle()
            if pending.isDone {
                return Outcome(
                    result: try pending.value(),
                    traceDigest: stepped.executor.traceDigest,
                    steps: stepped.executor.steps
                )
            }
            guard test.clock.advanceToNextEvent() else { throw Failure.deadlock(seed: seed) }
        }
    }
}
