import ArgumentParser
import RoostRuntime
import RoostStorage

/// `roost migrations apply`.
struct MigrationsApplyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Apply what is pending, all of it or nothing; no server may have the data.",
        discussion: """
            A deletion that would lose objects is refused unless --allow-delete names the class. What a deleted class \
            held is removed afterwards in small pieces; a process that is killed meanwhile loses nothing, and the next \
            one goes on.
            """
    )

    @OptionGroup var options: MigrationsOptions
    @OptionGroup var deletions: AllowedDeletions

    private struct Applied: Encodable {
        let plan: MigrationReport
        let isApplied: Bool
        let removedClasses: Int
        let removedRows: Int
    }

    func run() throws {
        let wanted = try options.load()
        if !options.json { MigrationsOutput.print(findings: wanted.findings) }
        let allowed = Set(deletions.names)
        let applied = try MigrationsOutput.reporting {
            // Counted before the store is opened: in one process only one of the two may look into it.
            let report: MigrationReport
            do {
                let survey = try StoreSurveyor(directory: options.location.data, isOptional: true)
                let plan = MigrationPlanner(history: survey.history, deployment: wanted.deployment).makePlan()
                report = try MigrationReport(plan, of: survey, findings: wanted.findings, allowing: allowed)
                guard report.isApplicable, survey.exists || !report.steps.isEmpty else {
                    return Applied(plan: report, isApplied: false, removedClasses: 0, removedRows: 0)
                }
            }
            let store = try Store.open(directory: options.location.data)
            defer { store.close() }
            let migrator = ClassMigrator(store: store)
            try migrator.apply(migrator.plan(for: wanted.deployment), allowingDeletionOf: allowed)
            let space = try store.reclaimDeletedClasses()
            return Applied(plan: report, isApplied: true, removedClasses: space.classes, removedRows: space.rows)
        }
        if options.json {
            StoreOutput.print(applied)
        } else {
            let tellsReconciliation = applied.isApplied && !applied.plan.isUpToDate
            for line in applied.plan.lines(tellsReconciliation: tellsReconciliation) { print(line) }
            if tellsReconciliation {
                print("Applied.")
                for line in applied.plan.reconciliation { print(line) }
            }
            if applied.removedClasses > 0 {
                print("Removed \(applied.removedRows) rows that deleted classes had left; their room is used again.")
            }
        }
        if !applied.plan.isApplicable { throw ExitCode(1) }
    }
}
