/// Runs a scenario in one world for each seed, and stops at the first world in which a promise is broken.
///
/// It runs on the caller's thread, without waiting for anything real. The same seed does the same in every process.
///
/// - Parameters:
///   - scenario: What to run.
///   - seeds: The seeds.
///   - traceLines: How many lines of the trace a failure shows.
/// - Returns: What happened, in numbers.
/// - Throws: The first failure, with the shortest run that was found to fail.
@discardableResult
public func simulate(
    _ scenario: SimulationScenario,
    seeds: some Sequence<UInt64>,
    traceLines: Int = 200
) throws(SimulationFailure) -> SimulationReport {
    try simulate(scenario, seeds: seeds, traceLines: traceLines, mutant: nil)
}

/// Runs one world and gives its trace, whether or not a promise is broken in it.
package func trace(
    _ scenario: SimulationScenario,
    seed: UInt64,
    mutant: SimulationMutant?
) -> (lines: [String], violation: String?) {
    let outcome = SimulationRun(scenario: scenario, seed: seed, mutant: mutant).run()
    return (outcome.trace.lines(), outcome.violation)
}

/// Runs a scenario on a runtime that is deliberately broken.
@discardableResult
package func simulate(
    _ scenario: SimulationScenario,
    seeds: some Sequence<UInt64>,
    traceLines: Int = 200,
    shrinks: Bool = true,
    mutant: SimulationMutant?
) throws(SimulationFailure) -> SimulationReport {
    var report = SimulationReport(scenario: scenario.name)
    for seed in seeds {
        let run = SimulationRun(scenario: scenario, seed: seed, mutant: mutant)
        let outcome = run.run()
        guard let violation = outcome.violation else {
            report.add(outcome)
            continue
        }
        let shortest = shrinks ? SimulationShrinker(run: run).shrink(outcome).outcome : outcome
        throw SimulationFailure(
            scenario: scenario.name,
            seed: seed,
            violation: shortest.violation ?? violation,
            faults: shortest.faults.map { "\($0.fault.name) at \($0.step)" },
            calls: shortest.operations,
            trace: shortest.trace.lines(last: traceLines),
            seedsBefore: report.seeds
        )
    }
    return report
}
