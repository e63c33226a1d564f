import RoostRuntime
import Synchronization
import Testing

@testable import RoostTesting

/// The simulator itself: what it says of a wrong object, and how.
struct SimulatorTests {
    static let visits = SimulationScenario("visits", "Visitors are counted.") {
        try $0.register(Visits.self)
    } build: { world in
        let counters = world.check(Linearizability(world, CounterModel()))
        for number in 1...3 {
            world.client("visitor \(number)") { client in
                for _ in 0..<4 {
                    try await counters.perform(.add(1), on: "door", by: client) {
                        try await client.object(Visits.self, "door").count()
                    }
                }
            }
        }
    }

    private static func failure() -> SimulationFailure? {
        var scenario = visits
        scenario.faults = []
        do {
            try simulate(scenario, seeds: 1...50)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a race in an object is found, with the shortest run that shows it`() throws {
        let failure = try #require(Self.failure())
        #expect(failure.violation.contains("No order explains the history of door"))
        #expect(failure.calls == 2)
        #expect(failure.faults.isEmpty)
        #expect(failure.trace.contains { $0.contains("VIOLATION") })
    }

    @Test func `a failure is the same each time`() throws {
        let first = try #require(Self.failure())
        let second = try #require(Self.failure())
        #expect(first.description == second.description)
    }

    @Test func `faults that a failure does not need are left out`() throws {
        let scenario = SimulationScenario("crashes", "Nothing may crash.") { _ in
        } build: { world in
            world.check(NoCrash(world))
            world.client("sleeper") { client in
                for _ in 0..<50 { _ = try await client.attempt("nothing") { await client.pause(.milliseconds(1)) } }
            }
        }
        let failure = #expect(throws: SimulationFailure.self) { try simulate(scenario, seeds: 1...100) }
        #expect(failure?.faults.count == 1)
        #expect(failure?.faults.first?.hasPrefix("crash at") == true)
    }

    @Test func `a world that waits for ever is a failure`() {
        let scenario = SimulationScenario("silence", "Somebody waits for nothing.") { _ in
        } build: { world in
            world.client("waiter") { _ in
                await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
            }
        }
        let failure = #expect(throws: SimulationFailure.self) { try simulate(scenario, seeds: [1]) }
        #expect(failure?.violation == "Every task waits for something that will never happen.")
    }

    @Test func `an error that a client lets go is a failure`() {
        let scenario = SimulationScenario("careless", "Somebody throws.") { _ in
        } build: { world in
            world.client("thrower") { _ in throw CancellationError() }
        }
        let failure = #expect(throws: SimulationFailure.self) { try simulate(scenario, seeds: [1]) }
        #expect(failure?.violation == "thrower ended with an error: CancellationError()")
    }

    @Test func `everything runs on one thread, that of the caller`() throws {
        let threads = Mutex<Set<String>>([])
        let note: @Sendable () -> Void = { threads.withLock { _ = $0.insert(currentThread()) } }
        let scenario = SimulationScenario("threads", "Everybody says where it runs.") {
            try $0.register(Visits.self)
        } build: { world in
            for number in 1...4 {
                world.client("client \(number)") { client in
                    for _ in 0..<5 {
                        note()
                        _ = try await client.attempt("count") {
                            try await client.object(Visits.self, "door").count()
                        }
                        note()
                    }
                }
            }
        }
        try simulate(scenario, seeds: 1...10)
        #expect(threads.withLock { $0 } == [currentThread()])
    }

    @Test func `a plan of faults is drawn from its seed alone`() {
        for seed in 1...50 as ClosedRange<UInt64> {
            let first = PlannedFault.plan(StandardFaults.all, seed: seed)
            let second = PlannedFault.plan(StandardFaults.all, seed: seed)
            #expect(first.map(\.step) == second.map(\.step))
            #expect(first.map(\.fault.name) == second.map(\.fault.name))
            #expect(first.count <= 6)
        }
    }

    @Test func `a trace keeps its end, and its digest covers everything`() {
        var trace = SimulationTrace()
        for line in 0..<10_000 { trace.add(line, .zero, "line \(line)") }
        #expect(trace.count == 10_000)
        #expect(trace.lines().count == SimulationTrace.linesMax)
        #expect(trace.lines(last: 1).first?.hasSuffix("line 9999") == true)
        var other = SimulationTrace()
        for line in 0..<10_000 { other.add(line, .zero, line == 3 ? "other" : "line \(line)") }
        #expect(trace.digest != other.digest)
    }
}

private final class NoCrash: SimulationChecker {
    private let world: Simulation

    init(_ world: Simulation) { self.world = world }

    func observe(_ event: SimulationEvent) {
        if case .fault("crash") = event { world.violate("It crashed.") }
    }
}

/// A counter with a race: it waits between reading and writing.
distributed actor Visits: DurableObject {
    let storage: ObjectStorage
    let clock: any RuntimeClock

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
        clock = context.clock
    }

    distributed func count() async throws -> Int {
        let before = try storage.get("visits", as: Int.self) ?? 0
        await withCheckedContinuation { continuation in
            clock.schedule(after: .milliseconds(1)) { continuation.resume() }
        }
        try storage.put("visits", before + 1)
        return before + 1
    }
}
