public import RoostRuntime
public import RoostStorage
import Synchronization

/// A runtime that does something only when the test lets it: for tests of what must *not* have happened yet.
///
/// ```swift
/// let test = try SteppedTest { try $0.register(Counter.self) }
/// test.disk.holdCommits()
/// let reply = test.start { try await counter.increment() }
/// test.settle()                       // everything has run that can run
/// #expect(!reply.isDone)              // so this is certain, not a matter of waiting long enough
/// ```
public final class SteppedTest: Sendable {
    /// The runtime, its clock and its disk.
    public let test: RoostTest

    /// Where all tasks run, in an order drawn from the seed.
    public let executor: SeededExecutor

    private let running = TaskCount()

    /// How many tasks begun with ``start(_:)`` have not ended.
    var unfinishedTasks: Int { running.number.load(ordering: .relaxed) }

    /// What is durable.
    public var disk: MemoryDisk { test.disk }

    /// Starts a runtime; see `RoostTest`.
    public init(
        disk: MemoryDisk = MemoryDisk(),
        seed: UInt64 = 1,
        configuration: RoostConfiguration = RoostConfiguration(),
        register: @escaping @Sendable (Roost) throws -> Void
    ) throws {
        let executor = SeededExecutor(seed: seed)
        var options = StoreOptions()
        options.writer = .scheduled { step in executor.enqueue(step) }
        self.executor = executor
        test = try RoostTest(
            disk: disk,
            seed: seed,
            configuration: configuration,
            executor: executor,
            storeOptions: options,
            register: register
        )
    }

    /// The objects of a class.
    public func objects<Object: DurableObject>(
        of type: Object.Type
    ) throws(RoostError) -> ObjectNamespace<Object> {
        try test.objects(of: type)
    }

    /// Starts a task.
    ///
    /// It runs when ``settle()`` is called.
    public func start<Success: Sendable>(
        _ operation: @escaping @Sendable () async throws -> Success
    ) -> Pending<Success> {
        let pending = Pending<Success>()
        running.number.add(1, ordering: .relaxed)
        let task = Task.detached(executorPreference: executor) { [running] in
            do { pending.finish(.success(try await operation())) } catch { pending.finish(.failure(error)) }
            running.number.subtract(1, ordering: .relaxed)
        }
        pending.setCancel { task.cancel() }
        return pending
    }

    /// Runs everything that can run, on this thread, until nothing can.
    public func settle() { executor.runUntilIdle() }

    /// Starts a task, runs everything that can run, and returns what the task came to.
    ///
    /// - Throws: What the task throws, or ``SeededRun/Failure/deadlock(seed:)`` when it has not ended.
    public func run<Success: Sendable>(
        _ operation: @escaping @Sendable () async throws -> Success
    ) throws -> Success {
        let pending = start(operation)
        settle()
        return try pending.value()
    }
}

/// A task of a stepped test, finished or not.
public final class Pending<Success: Sendable>: Sendable {
    private struct State {
        var result: Result<Success, any Error>?
        var cancel: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    init() {}

    /// Whether the task has ended.
    public var isDone: Bool { state.withLock { $0.result != nil } }

    /// What the task came to.
    ///
    /// - Throws: What the task threw, or ``SeededRun/Failure`` when it has not ended.
    public func value() throws -> Success {
        guard let result = state.withLock({ $0.result }) else { throw SeededRun.Failure.deadlock(seed: 0) }
        return try result.get()
    }

    /// Cancels the task.
    public func cancel() { state.withLock { $0.cancel }?() }

    func setCancel(_ cancel: @escaping @Sendable () -> Void) { state.withLock { $0.cancel = cancel } }

    func finish(_ result: Result<Success, any Error>) { state.withLock { $0.result = result } }
}

/// How many tasks run.
private final class TaskCount: Sendable {
    let number = Atomic<Int>(0)
}
