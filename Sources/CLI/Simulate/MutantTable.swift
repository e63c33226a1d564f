import RoostScenarios
import RoostTesting

/// Which scenarios notice which broken runtime, and with which seed: a table as it stands in `docs/simulation.md`.
struct MutantTable {
    /// How many seeds each scenario is given.
    let seeds: ClosedRange<UInt64>
    let scenarios: [SimulationScenario]

    /// Prints a line for each; true when every one is noticed.
    func print(_ mutants: [SimulationMutant]) -> Bool {
        Swift.print("| broken | noticed by, with the first seed |\n|---|---|")
        var isComplete = true
        for mutant in mutants {
            let noticed = scenarios.compactMap { scenario in
                firstSeed(mutant, scenario).map { (scenario: scenario.name, seed: $0) }
            }
            isComplete = isComplete && !noticed.isEmpty
            let cells = noticed.sorted { $0.seed < $1.seed }.map { "`\($0.scenario)` \($0.seed)" }
            Swift.print("| \(mutant.name) | \(cells.isEmpty ? "nobody" : cells.joined(separator: ", ")) |")
        }
        return isComplete
    }

    private func firstSeed(_ mutant: SimulationMutant, _ scenario: SimulationScenario) -> UInt64? {
        do {
            try simulate(scenario, seeds: seeds, shrinks: false, mutant: mutant)
            return nil
        } catch {
            return error.seed
        }
    }
}
