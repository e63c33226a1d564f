import RoostRuntime
import RoostScenarios
import RoostTesting
import Testing

/// A checker that never fails proves nothing: every deliberate mistake is noticed.
struct MutantTests {
    /// Where a mistake is noticed, and within how many seeds.
    struct Case: CustomTestStringConvertible, Sendable {
        let mutant: String
        let scenario: SimulationScenario
        let seeds: UInt64

        var testDescription: String { "\(mutant), \(scenario.name)" }
    }

    static let cases = [
        Case(mutant: "errors skip the gate", scenario: Scenarios.gate, seeds: 20),
        Case(mutant: "reads skip the gate", scenario: Scenarios.gate, seeds: 20),
        Case(mutant: "calls skip the gate", scenario: Scenarios.gate, seeds: 20),
        Case(mutant: "the open batch skips the gate", scenario: Scenarios.gate, seeds: 20),
        Case(mutant: "chunks of a stream skip the gate", scenario: Scenarios.streams, seeds: 20),
        Case(mutant: "turns are split", scenario: Scenarios.turns, seeds: 20),
        Case(mutant: "batches are skipped", scenario: Scenarios.order, seeds: 20),
        Case(mutant: "eviction of the unsettled", scenario: Scenarios.eviction, seeds: 100),
        Case(mutant: "eviction drops the buffer", scenario: Scenarios.eviction, seeds: 100),
        Case(mutant: "two instances on a wake race", scenario: Scenarios.catalog, seeds: 20),
        Case(mutant: "entry in reverse order", scenario: Scenarios.order, seeds: 20),
        Case(mutant: "a failed commit is ignored", scenario: Scenarios.order, seeds: 100),
        Case(mutant: "a reset keeps the buffer", scenario: Scenarios.gate, seeds: 200),
        Case(mutant: "a reset keeps the pages", scenario: Scenarios.tables, seeds: 200),
        Case(mutant: "migrations in pieces", scenario: Scenarios.migrations, seeds: 20),
        Case(mutant: "the record before the classes", scenario: Scenarios.migrations, seeds: 20),
        Case(mutant: "a rename makes the class anew", scenario: Scenarios.migrations, seeds: 20),
        Case(mutant: "a section lets events in", scenario: Scenarios.sections, seeds: 20),
        Case(mutant: "a section lets replies in", scenario: Scenarios.sections, seeds: 20),
        Case(mutant: "a section outlives a reset", scenario: Scenarios.sections, seeds: 100),
        Case(mutant: "a section's failure is ignored", scenario: Scenarios.sections, seeds: 100),
        Case(mutant: "reverse order after a section", scenario: Scenarios.sections, seeds: 20),
        Case(mutant: "a reset forgets who waits", scenario: Scenarios.sections, seeds: 100),
        Case(mutant: "a reset keeps the instance", scenario: Scenarios.sections, seeds: 100),
        Case(mutant: "alarms skip the gate", scenario: Scenarios.alarms, seeds: 100),
        Case(mutant: "alarms are lost on a restart", scenario: Scenarios.alarms, seeds: 100),
        Case(mutant: "alarms fire early", scenario: Scenarios.alarms, seeds: 20),
        Case(mutant: "an alarm's retry is not counted", scenario: Scenarios.alarms, seeds: 20),
        Case(mutant: "socket messages skip the gate", scenario: Scenarios.sockets, seeds: 20),
        Case(mutant: "socket messages in reverse order", scenario: Scenarios.sockets, seeds: 20),
        Case(mutant: "eviction drops the sockets", scenario: Scenarios.sockets, seeds: 20),
        Case(mutant: "an automatic answer wakes the object", scenario: Scenarios.sockets, seeds: 20),
        Case(mutant: "the end of a socket is told twice", scenario: Scenarios.sockets, seeds: 20),
        Case(mutant: "a slow reader is never given up", scenario: Scenarios.sockets, seeds: 20),
        Case(mutant: "acknowledged before the sync", scenario: Scenarios.store, seeds: 100),
        Case(mutant: "a refused commit is kept", scenario: Scenarios.store, seeds: 100),
    ]

    @Test func `every mutant has a case`() {
        #expect(Set(Self.cases.map(\.mutant)) == Set(SimulationMutant.all.map(\.name)))
    }

    @Test func `every mistake is one of its own`() {
        let mistakes = SimulationMutant.all.map(\.mutations.rawValue).filter { $0 != 0 }
        #expect(Set(mistakes).count == mistakes.count)
    }

    @Test(arguments: cases)
    func `a broken runtime is noticed`(_ trial: Case) throws {
        let mutant = try #require(SimulationMutant.all.first { $0.name == trial.mutant })
        #expect(throws: SimulationFailure.self) {
            try simulate(trial.scenario, seeds: 1...trial.seeds, shrinks: false, mutant: mutant)
        }
        // That the unbroken runtime passes the same seeds is `ScenarioTests`; up to a hundred of them.
        if trial.seeds > 100 { try simulate(trial.scenario, seeds: 101...trial.seeds) }
    }
}
