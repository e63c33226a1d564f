import RoostRuntime
import RoostStorage

/// How much of a scenario is run.
///
/// Without limits all of it; shorter runs are tried to find the shortest one that still fails.
struct SimulationLimits: Sendable, Hashable {
    /// How many calls clients may make.
    var operations = Int.max
    /// Which of the planned faults happen; nil for all.
    var faults: [Int]?
    /// After so many steps a run is given up: something goes round in circles.
    var steps = 200_000
}

/// A fault with its moment.
struct PlannedFault: Sendable {
    let fault: any SimulationFault
    let step: Int
    let seed: UInt64
    var isSeen: Bool?

    /// Draws what goes wrong in the world of a seed: nothing at all in one of four; otherwise up to six faults of
    /// some of the kinds, at moments whose order of magnitude is drawn evenly.
    static func plan(_ kinds: [any SimulationFault], seed: UInt64) -> [PlannedFault] {
        let random = SeededRandomSource(seed: seed ^ 0x6661_756c_7473)
        guard !kinds.isEmpty, !random.oneIn(4) else { return [] }
        var chosen = kinds.filter { _ in random.oneIn(2) }
        if chosen.isEmpty { chosen = kinds }
        return (0..<random.draw(1...6)).map { _ in
            PlannedFault(
                fault: chosen[random.draw(0...(chosen.count - 1))],
                step: random.draw(1...(1 << random.draw(3...10))),
                seed: random.next()
            )
        }.sorted { $0.step < $1.step }
    }
}

/// What one run came to.
struct SimulationOutcome: Sendable {
    var violation: String?
    var digest: UInt64
    var steps: Int
    /// How many calls were begun.
    var operations = 0
    var counts: SimulationCounts
    var faults: [PlannedFault]
    var trace: SimulationTrace
}

/// Runs one world to its end, on the caller's thread.
///
/// 1. Steps are drawn and run until every client has ended; a planned fault strikes before the step of its number.
///    When nothing is ready, time goes on to the next timer.
/// 2. The world is healed: faults end, the machine starts again if it has stopped, and in half of the worlds it
///    crashes once more, so that nothing but what is durable is left.
/// 3. The last looks run, then every checker is asked, and time goes on until the runtime has come to rest.
struct SimulationRun {
    let scenario: SimulationScenario
    let seed: UInt64
    var limits = SimulationLimits()
    var mutant: SimulationMutant?

    func run() -> SimulationOutcome {
        let world: Simulation
        do {
            world = try Simulation(scenario, seed: seed, limits: limits, mutant: mutant)
            try scenario.build(world)
        } catch {
            return SimulationOutcome(
                violation: "The world could not be made: \(error)",
                digest: 0,
                steps: 0,
                counts: SimulationCounts(),
                faults: [],
                trace: SimulationTrace()
            )
        }
        var plan = PlannedFault.plan(scenario.faults, seed: seed)
        if let chosen = limits.faults { plan = chosen.filter { $0 < plan.count }.map { plan[$0] } }
        var sightings: [FaultSighting?] = plan.map { _ in nil }

        world.start(final: false)
        drive(world) { step in
            for index in plan.indices where sightings[index] == nil && plan[index].step <= step {
                sightings[index] = world.strike(plan[index].fault, SeededRandomSource(seed: plan[index].seed))
            }
        }
        for index in plan.indices { plan[index].isSeen = sightings[index]?.isSeen() }
        if world.violation == nil {
            world.heal(crashing: scenario.crashesAtEnd && SeededRandomSource(seed: seed ^ 0x656e_64).oneIn(2))
            world.start(final: true)
            drive(world) { _ in }
        }
        if world.violation == nil { world.finish() }
        if world.violation == nil, scenario.comesToRest { rest(world) }
        let trace = world.trace
        let outcome = SimulationOutcome(
            violation: world.violation,
            digest: (trace.digest ^ world.executor.traceDigest) &* 0x100_0000_01b3,
            steps: world.executor.steps,
            operations: world.operations,
            counts: world.counts,
            faults: plan.filter { $0.isSeen != nil },
            trace: trace
        )
        if world.violation != nil { windDown(world) }
        return outcome
    }

    /// Lets time go on until nothing is planned any more.
    private func rest(_ world: Simulation) {
        for _ in 0..<Self.restEventsMax {
            world.executor.runUntilIdle()
            guard world.clock.advanceToNextEvent() else {
                let awake = world.test.roost.health.liveInstances
                if awake > 0 { world.violate("\(awake) objects stay awake for ever.") }
                return
            }
        }
        world.violate("The runtime does not come to rest: after \(Self.restEventsMax) timers there are still some.")
    }

    private static let restEventsMax = 2_000

    /// Lets the clients of a failed world come to an end, so that none of them is left waiting.
    private func windDown(_ world: Simulation) {
        world.heal(crashing: false)
        let end = world.executor.steps + Self.windDownStepsMax
        while world.running > 0, world.executor.steps < end {
            if !world.executor.runNext(), !world.clock.advanceToNextEvent() { return }
        }
    }

    private static let windDownStepsMax = 20_000

    private func drive(_ world: Simulation, beforeStep: (Int) -> Void) {
        let executor = world.executor
        while world.running > 0, world.violation == nil {
            guard executor.steps < limits.steps else {
                return world.violate("The clients have not ended after \(limits.steps) steps.")
            }
            beforeStep(executor.steps + 1)
            if executor.runNext() { continue }
            // A store that has stopped at a commit leaves nobody waiting, but nothing works until it starts again.
            if world.test.store.status == .closed {
                world.crash()
            } else if !world.clock.advanceToNextEvent() {
                return world.violate("Every task waits for something that will never happen.")
            }
        }
    }
}
