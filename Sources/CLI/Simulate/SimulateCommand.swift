import ArgumentParser
import RoostScenarios
import RoostTesting

struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run Roost under its simulator: one world for each seed, with crashes and faults drawn from it.",
        discussion: """
            A failure prints the seed, the trace, and the shortest run that still fails; the same seed does the same
            again, here and in the tests.
            """
    )

    @Option(help: "Which scenario; all of them if none is named.")
    var scenario: String?

    @Option(help: "How many seeds each scenario is run with.")
    var seeds: UInt64 = 1_000

    @Option(help: "The first seed.")
    var seed: UInt64 = 1

    @Option(help: "Run a deliberately broken runtime, to see whether the checkers notice.")
    var mutant: String?

    @Flag(help: "Run every broken runtime, and print which scenarios notice it, and with which seed.")
    var mutants = false

    @Flag(help: "List the scenarios and the broken runtimes.")
    var list = false

    @Flag(help: "Print the trace of the first seed, whether or not it fails.")
    var trace = false

    @Flag(help: "Print one JSON object per scenario instead of a table.")
    var json = false

    func validate() throws {
        guard seeds > 0 else { throw ValidationError("--seeds is at least 1.") }
        guard seed <= UInt64.max - seeds else { throw ValidationError("--seed plus --seeds is too large.") }
        if let scenario, Scenarios.named(scenario) == nil {
            let names = Scenarios.all.map(\.name).joined(separator: ", ")
            throw ValidationError("There is no scenario “\(scenario)”; there are \(names).")
        }
        if let mutant, !SimulationMutant.all.contains(where: { $0.name == mutant }) {
            let names = SimulationMutant.all.map { "“\($0.name)”" }.joined(separator: ", ")
            throw ValidationError("There is no broken runtime “\(mutant)”; there are \(names).")
        }
    }

    func run() throws {
        if list { return printList() }
        let chosen = scenario.flatMap(Scenarios.named).map { [$0] } ?? Scenarios.all
        let broken = SimulationMutant.all.first { $0.name == mutant }
        if mutants {
            let table = MutantTable(firstSeed: seed, seeds: seeds, scenarios: chosen)
            guard try table.print(broken.map { [$0] } ?? SimulationMutant.all) else { throw ExitCode.failure }
            return
        }
        if trace {
            for scenario in chosen { try printTrace(scenario, broken) }
            return
        }
        var table = SimulationTable(asJSON: json)
        for scenario in chosen {
            let clock = ContinuousClock()
            let start = clock.now
            do {
                let report = try simulate(scenario, seeds: seed...(seed + seeds - 1), mutant: broken)
                table.add(report, seconds: (clock.now - start) / .seconds(1))
            } catch {
                print(error)
                throw ExitCode.failure
            }
        }
        table.finish()
    }

    private func printTrace(_ scenario: SimulationScenario, _ mutant: SimulationMutant?) throws {
        let (lines, violation) = RoostTesting.trace(scenario, seed: seed, mutant: mutant)
        print("\(scenario.name), seed \(seed)")
        for line in lines { print(line) }
        if violation != nil { throw ExitCode.failure }
    }

    private func printList() {
        for scenario in Scenarios.all { print("\(scenario.name): \(scenario.summary)") }
        for mutant in SimulationMutant.all { print("broken: \(mutant.name)") }
    }
}
