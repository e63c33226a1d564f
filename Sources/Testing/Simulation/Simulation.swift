public import RoostRuntime
public import RoostStorage
import Synchronization

/// One world: a runtime, its disk and its clock, clients, checkers, and what has happened, for one seed.
///
/// A scenario's `build` closure gets it to add clients and checkers; the clients get at it through
/// ``SimulationClient/world``, and objects' methods through ``current``.
///
/// Isolation: `Sendable`; but all that happens in a world happens on the thread that runs it.
public final class Simulation: Sendable {
    /// The call that the current task belongs to, in clients and in the methods they call.
    @TaskLocal public static var current: SimulationCall?

    /// What everything is drawn from.
    public let seed: UInt64

    /// How long objects stay awake without anything to do.
    public let idleTime: Duration

    /// The runtime, its clock and its disk.
    public let test: RoostTest

    let executor: SeededExecutor
    let limits: SimulationLimits
    let delays: DelayChance

    private struct State {
        var clients: [(name: String, isFinal: Bool, body: ClientBody)] = []
        var checkers: [any SimulationChecker] = []
        var running = 0
        var operations = 0
        var violation: String?
        var mayFail = false
        var isHealing = false
        var counts = SimulationCounts()
        var trace = SimulationTrace()
        var holds: [SlowSyncHold] = []
    }

    typealias ClientBody = @Sendable (SimulationClient) async throws -> Void

    private let state = Mutex(State())

    init(
        _ scenario: SimulationScenario,
        seed: UInt64,
        limits: SimulationLimits,
        mutant: SimulationMutant?
    ) throws {
        self.seed = seed
        self.limits = limits
        let random = SeededRandomSource(seed: seed &* 0x9e37_79b9 &+ 1)
        let executor = SeededExecutor(seed: random.next())
        self.executor = executor
        var configuration = scenario.configuration
        if scenario.drawsIdleTime { configuration.idleTime = min(.seconds(10), random.delay()) }
        idleTime = configuration.idleTime
        delays = DelayChance(random)
        var options = StoreOptions()
        options.writer = .scheduled { step in executor.enqueue(step) }
        // With small groups the turns of one object are spread over commits, and crashes can come between.
        options.maxGroupBatches = [1, 1, 2, 4_096][random.draw(0...3)]
        let link = ObserverLink()
        configuration.observer = link
        test = try RoostTest(
            disk: MemoryDisk(),
            seed: random.next(),
            configuration: configuration,
            executor: executor,
            storeOptions: options,
            mutations: mutant?.mutations ?? [],
            register: scenario.register
        )
        link.world.withLock { $0 = WeakWorld(world: self) }
        test.clock.world.withLock { $0 = WeakWorld(world: self) }
        test.disk.setLie(mutant?.lie)
        test.disk.observeCommits { [weak self] commit, batches in self?.committed(commit, batches) }
        check(OneInstance(self))
        check(UnprovokedErrors(self))
    }

    // MARK: For scenarios

    /// The time.
    public var clock: VirtualClock { test.clock }

    /// What is durable.
    public var disk: MemoryDisk { test.disk }

    /// The objects of a class, in the runtime as it is now.
    ///
    /// Ask again for each call: after a crash there is another runtime.
    public func objects<Object: DurableObject>(of type: Object.Type) throws(RoostError) -> ObjectNamespace<Object> {
        try test.objects(of: type)
    }

    /// Adds a client.
    ///
    /// - Parameters:
    ///   - name: What it is called in the trace; its own random choices follow from it.
    ///   - body: What it does. An error that leaves it is a violation.
    public func client(_ name: String, _ body: @escaping @Sendable (SimulationClient) async throws -> Void) {
        state.withLock { $0.clients.append((name, false, body)) }
    }

    /// Adds a last look: it runs when all clients have ended, the faults are over, and perhaps one more crash has
    /// dropped everything that was only in memory.
    public func atEnd(_ body: @escaping @Sendable (SimulationClient) async throws -> Void) {
        state.withLock { $0.clients.append(("the end", true, body)) }
    }

    /// Adds a checker.
    @discardableResult
    public func check<Checker: SimulationChecker>(_ checker: Checker) -> Checker {
        state.withLock { $0.checkers.append(checker) }
        return checker
    }

    /// The checker of a type, if there is one.
    public func checker<Checker: SimulationChecker>(of type: Checker.Type) -> Checker? {
        state.withLock { $0.checkers.lazy.compactMap { $0 as? Checker }.first }
    }

    /// Says that a promise was broken.
    ///
    /// The run ends; only the first violation counts.
    public func violate(_ what: String) {
        state.withLock { state in
            guard state.violation == nil else { return }
            state.violation = what
            state.trace.add(executor.steps, clock.elapsed, "VIOLATION \(what)")
        }
    }

    /// Adds a line to the trace.
    public func note(_ line: String) { state.withLock { $0.trace.add(executor.steps, clock.elapsed, line) } }

    /// Says that a method of an object has begun to run, for checkers of the order of calls.
    ///
    /// To be called first thing in the method; does nothing outside a simulation.
    public static func started(in object: String) {
        guard let call = current else { return }
        call.world.tell(.callStarted(object: object, call))
    }

    /// The world that an object lives in; nil outside a simulation.
    ///
    /// For alarm handlers, which belong to no client's call; in methods ``current`` says more.
    public static func of(_ context: ObjectContext) -> Simulation? {
        (context.clock as? VirtualClock)?.world.withLock { $0.world }
    }

    /// Whether calls may fail: a fault was injected that can make them.
    public var mayFail: Bool { state.withLock { $0.mayFail } }

    /// What has happened so far, in numbers.
    public var counts: SimulationCounts { state.withLock { $0.counts } }

    // MARK: For faults

    /// Does something some virtual time later, unless the world has been healed by then.
    public func later(_ delay: Duration, _ action: @escaping @Sendable () -> Void) {
        clock.schedule(after: delay) { [weak self] in
            if self?.isHealing == false { action() }
        }
    }

    /// Stops the machine and starts it again on what was durable.
    public func crash() {
        note("crash")
        state.withLock { state in
            state.counts.crashes += 1
            state.mayFail = true
            state.holds = []
        }
        do { try test.crash() } catch { violate("The runtime did not start again after a crash: \(error)") }
        tell(.crashed)
    }

    /// Makes the disk infinitely slow until ``release()``.
    func hold() -> SlowSyncHold {
        let hold = SlowSyncHold()
        state.withLock { $0.holds.append(hold) }
        disk.holdCommits()
        return hold
    }

    func release() {
        guard state.withLock({ !$0.holds.isEmpty }) else { return }
        let waiting = test.store.statistics.queuedBatches
        for hold in state.withLock({ $0.holds }) where waiting > 0 { hold.sawWaiting() }
        state.withLock { $0.holds = [] }
        disk.releaseCommits()
    }

    // MARK: For the run

    var violation: String? { state.withLock { $0.violation } }
    var operations: Int { state.withLock { $0.operations } }
    var running: Int { state.withLock { $0.running } }
    var trace: SimulationTrace { state.withLock { $0.trace } }
    var isHealing: Bool { state.withLock { $0.isHealing } }

    func strike(_ fault: any SimulationFault, _ random: any RandomSource) -> FaultSighting {
        note("fault: \(fault.name)")
        if fault.failsCalls { state.withLock { $0.mayFail = true } }
        tell(.fault(fault.name))
        return fault.strike(self, random)
    }

    /// Ends everything that is wrong, and drops what is not durable if that is asked for.
    func heal(crashing: Bool) {
        state.withLock { $0.isHealing = true }
        disk.clearFaults()
        release()
        if crashing || test.store.status != .ok { crash() }
    }

    func start(final isFinal: Bool) {
        let clients = state.withLock { state in state.clients.filter { $0.isFinal == isFinal } }
        for (index, client) in clients.enumerated() {
            state.withLock { $0.running += 1 }
            let client = SimulationClient(name: client.name, index: index, world: self, body: client.body)
            _ = Task.detached(name: client.name, executorPreference: executor) { await client.run() }
        }
    }

    func finish() {
        for checker in state.withLock({ $0.checkers }) { checker.finish() }
    }

    func ended(_ client: String, _ error: (any Error)?) {
        state.withLock { $0.running -= 1 }
        guard let error, !(error is SimulationBudgetUsed) else { return }
        violate("\(client) ended with an error: \(error)")
    }

    func begin(_ label: String, by client: String) throws(SimulationBudgetUsed) -> SimulationCall {
        let number = state.withLock { state -> Int? in
            if state.violation != nil || (!state.isHealing && state.operations >= limits.operations) { return nil }
            state.operations += 1
            state.trace.add(executor.steps, clock.elapsed, "\(state.operations) \(client): \(label)")
            return state.operations
        }
        guard let number else { throw SimulationBudgetUsed() }
        let call = SimulationCall(world: self, client: client, number: number, label: label)
        tell(.callBegan(call))
        return call
    }

    func end(_ call: SimulationCall, _ outcome: String, _ error: (any Error)?) {
        state.withLock { state in
            if error != nil { state.counts.failedCalls += 1 }
            state.counts.calls += 1
            state.trace.add(executor.steps, clock.elapsed, "\(call.number) \(call.client): \(outcome)")
        }
        tell(.callEnded(call, error: error))
    }

    func tell(_ event: SimulationEvent) {
        for checker in state.withLock({ $0.checkers }) { checker.observe(event) }
    }

    private func committed(_ commit: UInt64, _ batches: [Batch]) {
        state.withLock { state in
            state.counts.commits += 1
            let names = batches.map { "\(SimulationEvent.name($0)) \($0.sequence)" }.joined(separator: ", ")
            state.trace.add(executor.steps, clock.elapsed, "commit \(commit): \(names)")
        }
        tell(.committed(commit, batches))
    }
}

/// Tells a world what happens to its objects.
private final class ObserverLink: RuntimeObserver {
    let world = Mutex(WeakWorld(world: nil))

    private func with(_ body: (Simulation) -> Void) {
        if let world = world.withLock({ $0.world }) { body(world) }
    }

    func callArrived(_ object: ObjectAddress) {
        with { $0.tell(.callArrived(object: SimulationEvent.name(object), Simulation.current)) }
    }

    func instanceStarted(_ object: ObjectAddress) {
        with { $0.noteLife("started", .instanceStarted(object: SimulationEvent.name(object)), object) }
    }

    func instanceStopped(_ object: ObjectAddress) {
        with { $0.noteLife("asleep", .instanceStopped(object: SimulationEvent.name(object)), object) }
    }

    func objectReset(_ object: ObjectAddress, _ error: any Error) {
        with { $0.noteLife("reset", .objectReset(object: SimulationEvent.name(object), error: error), object) }
    }

    func alarmFailed(_ object: ObjectAddress, _ failure: AlarmFailure) {
        with { $0.tell(.alarmFailed(object: SimulationEvent.name(object), failure)) }
    }

    func alarmAbandoned(_ object: ObjectAddress, _ failure: AlarmFailure) {
        with { $0.tell(.alarmAbandoned(object: SimulationEvent.name(object), failure)) }
    }
}

struct WeakWorld {
    weak var world: Simulation?
}

extension Simulation {
    fileprivate func noteLife(_ what: String, _ event: SimulationEvent, _ object: ObjectAddress) {
        state.withLock { state in
            if case .instanceStopped = event { state.counts.evictions += 1 }
            if case .objectReset = event { state.counts.resets += 1 }
            state.trace.add(executor.steps, clock.elapsed, "\(SimulationEvent.name(object)) \(what)")
        }
        tell(event)
    }
}

/// What has happened in a world, in numbers.
public struct SimulationCounts: Sendable, Hashable {
    /// Calls that clients have made.
    public internal(set) var calls = 0
    /// Calls that ended with an error.
    public internal(set) var failedCalls = 0
    /// Store transactions.
    public internal(set) var commits = 0
    /// Objects that were put to sleep.
    public internal(set) var evictions = 0
    /// Objects that lost their instance.
    public internal(set) var resets = 0
    /// Crashes of the machine.
    public internal(set) var crashes = 0
}

/// A time in which nothing becomes durable.
final class SlowSyncHold: Sendable {
    private let seen = Atomic<Bool>(false)

    var hadWaiting: Bool { seen.load(ordering: .relaxed) }

    func sawWaiting() { seen.store(true, ordering: .relaxed) }
}

/// Ends a client whose calls are used up, when a shorter run is tried.
struct SimulationBudgetUsed: Error {}
