/// Finds a short run that still fails.
///
/// Runs are repeatable, and a limit on calls only cuts the end off, so a run with a limit is a prefix of the whole one.
/// First the faults are left out one by one, then the number of calls is halved as long as it fails. The result need
/// not be the shortest of all; it is one that still fails.
struct SimulationShrinker {
    let run: SimulationRun

    /// More runs than this are not tried.
    static let runsMax = 64

    func shrink(_ failing: SimulationOutcome) -> (run: SimulationRun, outcome: SimulationOutcome) {
        var best = (run: run, outcome: failing)
        var tries = 0

        func attempt(_ limits: SimulationLimits) -> Bool {
            guard tries < Self.runsMax else { return false }
            tries += 1
            var shorter = best.run
            shorter.limits = limits
            let outcome = shorter.run()
            guard outcome.violation != nil else { return false }
            best = (shorter, outcome)
            return true
        }

        let planned = PlannedFault.plan(run.scenario.faults, seed: run.seed).count
        var faults = best.run.limits.faults ?? Array(0..<planned)
        for fault in faults.reversed() {
            let fewer = faults.filter { $0 != fault }
            var limits = best.run.limits
            limits.faults = fewer
            if attempt(limits) { faults = fewer }
        }
        var enough = best.outcome.operations
        var tooFew = 0
        while tooFew + 1 < enough {
            var limits = best.run.limits
            limits.operations = (tooFew + enough) / 2
            if attempt(limits) {
                enough = limits.operations
            } else {
                tooFew = limits.operations
            }
        }
        return best
    }
}
