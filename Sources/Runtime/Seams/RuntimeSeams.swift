/// Everything outside the program that makes a run differ from the one before: time, randomness, scheduling.
///
/// (The disk is the fourth; it comes with the `Store`.)
public struct RuntimeSeams: Sendable {
    /// The time, and timers.
    public var clock: any RuntimeClock

    /// Randomness, for ids.
    public var random: any RandomSource

    /// Where the tasks run that the runtime starts itself (sealing, waking), or nil for Swift's own pool.
    ///
    /// Child tasks inherit a task's executor, unstructured tasks do not; so whoever wants all of a runtime's work on
    /// one executor must name it here as well as for the tasks that make the calls.
    public var executor: (any TaskExecutor)?

    /// Where resets are written down, for tests that must not overlook any.
    package var resets: ResetLedger?

    /// Deliberate mistakes, for tests of the simulator's checkers; otherwise none.
    package var mutations: ProtocolMutations = []

    /// Creates seams; see the properties.
    public init(clock: any RuntimeClock, random: any RandomSource, executor: (any TaskExecutor)? = nil) {
        self.clock = clock
        self.random = random
        self.executor = executor
    }

    /// The machine as it is.
    public static let live = RuntimeSeams(clock: SystemClock.shared, random: SystemRandomSource())

    /// Starts a task of the runtime's own.
    ///
    /// This, ``startAtOnce(_:)`` and ``startNext(on:_:_:)`` are the only places in the runtime that do.
    @discardableResult
    func start(_ name: String, _ operation: sending @escaping () async -> Void) -> Task<Void, Never> {
        // Names are for debuggers and profilers; whoever brings an executor runs so many tasks that they cost.
        guard let executor else { return Task.detached(name: name) { await operation() } }
        return Task.detached(executorPreference: executor) { await operation() }
    }

    /// Starts a task that does a part of its caller's work, with its values and priority, and runs on this thread up to
    /// where it first waits.
    func startAtOnce(_ operation: sending @escaping () async throws -> Void) -> Task<Void, any Error> {
        Task.immediate(executorPreference: executor) { try await operation() }
    }

    /// Starts a task of the runtime's own that runs on `actor` from its first step.
    ///
    /// Called from a turn of that very actor, it costs no change of thread: the job is appended to the actor's queue
    /// and runs when the turn has ended.
    func startNext(on actor: isolated any Actor, _ name: String, _ operation: @escaping @Sendable () -> Void) {
        guard let executor else {
            _ = Task(name: name) { Self.run(operation, on: actor) }
            return
        }
        // Named explicitly: with a preferred executor a task's closure does not inherit the actor.
        _ = Task.detached(executorPreference: executor) { await Self.run(operation, on: actor) }
    }

    private static func run(_ operation: @Sendable () -> Void, on actor: isolated any Actor) {
        actor.preconditionIsolated("A job of an object ran outside its actor.")
        operation()
    }
}
