import RoostScenarios
import RoostTesting

/// Which scenarios notice which broken runtime, and with which seed: a table as it stands in `docs/simulation.md`.
///
/// Each pair is a process of its own: some of the broken runtimes stumble over an assertion of the unbroken one, which
/// ends the process. That counts as noticed.
struct MutantTable {
    let firstSeed: UInt64
    let seeds: UInt64
    let scenarios: [SimulationScenario]

    /// Prints a line for each; true when every one is noticed.
    func print(_ mutants: [SimulationMutant]) throws -> Bool {
        Swift.print("| broken | noticed by, with the first seed |\n|---|---|")
        var isComplete = true
        for mutant in mutants {
            var noticed: [(scenario: String, seed: UInt64?)] = []
            for scenario in scenarios {
                switch try trial(mutant, scenario) {
                case .nothing: continue
                case .violation(let seed): noticed.append((scenario.name, seed))
                case .assertion: noticed.append((scenario.name, nil))
                }
            }
            isComplete = isComplete && !noticed.isEmpty
            noticed.sort { ($0.seed ?? .max) < ($1.seed ?? .max) }
            let cells = noticed.map { "`\($0.scenario)` " + ($0.seed.map(String.init) ?? "(an assertion)") }
            Swift.print("| \(mutant.name) | \(cells.isEmpty ? "nobody" : cells.joined(separator: ", ")) |")
        }
        return isComplete
    }

    private enum Finding {
        case nothing
        /// A checker has noticed it, with this seed.
        case violation(UInt64)
        /// The process has ended itself.
        case assertion
    }

    private func trial(_ mutant: SimulationMutant, _ scenario: SimulationScenario) throws -> Finding {
        var process = try OwnProcess([
            "simulate", "--scenario", scenario.name, "--mutant", mutant.name, "--seed", "\(firstSeed)",
            "--seeds", "\(seeds)",
        ])
        let sign = "\(scenario.name), seed "
        var seed: UInt64?
        while let line = process.nextLine() {
            if seed == nil, line.hasPrefix(sign) {
                seed = UInt64(line.dropFirst(sign.utf8.count).prefix { $0.isNumber })
            }
        }
        let ending = process.end()
        if let seed { return .violation(seed) }
        return ending == .clean ? .nothing : .assertion
    }
}
