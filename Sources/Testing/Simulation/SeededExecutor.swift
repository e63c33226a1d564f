import Synchronization

/// Runs all tasks that prefer it on one thread, in an order drawn from a seed.
///
/// Every step between two suspension points is one job; whenever several are ready, the seed decides which is next. The
/// same program with the same seed runs the same jobs in the same order, in every process.
///
/// Only tasks that prefer this executor are drawn: child tasks inherit the preference, unstructured ones do not, so the
/// runtime names the executor for every task it starts itself (`RuntimeSeams.executor`).
///
/// Isolation: jobs may be enqueued from any thread; they run inside `runUntilIdle`, on its caller's thread.
public final class SeededExecutor: TaskExecutor {
    private enum Job {
        case task(UnownedJob)
        case closure(@Sendable () -> Void)
    }

    private struct State {
        var ready: [Job] = []
        var random: UInt64
        var digest: UInt64 = 0xcbf2_9ce4_8422_2325
        var steps = 0
    }

    /// More ready jobs than this mean that a scenario starts tasks without end.
    public static let readyMax = 1_000_000

    private let state: Mutex<State>

    /// Creates an executor whose order follows from `seed`.
    public init(seed: UInt64) { state = Mutex(State(random: seed)) }

    /// Called by the language when a task that prefers this executor can go on.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        add(.task(job))
    }

    /// Adds a step that is no task: the store's writer, a timer.
    public func enqueue(_ step: @escaping @Sendable () -> Void) { add(.closure(step)) }

    /// How many steps have run.
    public var steps: Int { state.withLock { $0.steps } }

    /// A number that depends on every choice made so far: equal numbers mean the same order.
    public var traceDigest: UInt64 { state.withLock { $0.digest } }

    /// Runs ready jobs, one after the other, until none is left.
    public func runUntilIdle() {
        while let job = next() { run(job) }
    }

    /// Runs one ready job, drawn from the seed.
    ///
    /// - Returns: Whether there was one.
    public func runNext() -> Bool {
        guard let job = next() else { return false }
        run(job)
        return true
    }

    private func run(_ job: Job) {
        switch job {
        case .task(let job): job.runSynchronously(on: asUnownedTaskExecutor())
        case .closure(let step): step()
        }
    }

    private func add(_ job: Job) {
        state.withLock { state in
            precondition(state.ready.count < Self.readyMax, "More than \(Self.readyMax) jobs are ready to run.")
            state.ready.append(job)
        }
    }

    private func next() -> Job? {
        state.withLock { state in
            guard !state.ready.isEmpty else { return nil }
            state.random = state.random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let choice = Int((state.random >> 33) % UInt64(state.ready.count))
            state.steps += 1
            state.digest = (state.digest ^ UInt64(choice)) &* 0x100_0000_01b3
            state.digest = (state.digest ^ UInt64(state.ready.count)) &* 0x100_0000_01b3
            // The order of the rest must not depend on how it is stored.
            return state.ready.remove(at: choice)
        }
    }
}
