import ArgumentParser
import RoostRuntime

/// `roost migrations plan`.
struct MigrationsPlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what `apply` would do, and what stands in its way; nothing is changed."
    )

    @OptionGroup var options: MigrationsOptions
    @OptionGroup var deletions: AllowedDeletions

    func run() throws {
        let wanted = try options.load()
        let report = try MigrationsOutput.reporting {
            let store = try StoreSurveyor(directory: options.location.data, isOptional: true)
            let plan = MigrationPlanner(history: store.history, deployment: wanted.deployment).makePlan()
            return try MigrationReport(plan, of: store, findings: wanted.findings, allowing: Set(deletions.names))
        }
        if options.json {
            StoreOutput.print(report)
        } else {
            MigrationsOutput.print(findings: wanted.findings)
            for line in report.lines() { print(line) }
        }
        if !report.isApplicable { throw ExitCode(1) }
    }
}
