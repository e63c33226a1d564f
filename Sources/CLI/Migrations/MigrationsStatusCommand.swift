import ArgumentParser
import RoostRuntime

/// `roost migrations status`.
struct MigrationsStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Tell whether anything is pending; the exit status says so too."
    )

    @OptionGroup var options: MigrationsOptions

    private struct Status: Encodable {
        struct Script: Encodable {
            let name: String
            let applied: Int
            let last: String?
        }

        let scripts: [Script]
        let pendingSteps: [String]
        let problems: [String]
        let isUpToDate: Bool
    }

    func run() throws {
        let wanted = try options.load()
        let status = try MigrationsOutput.reporting {
            let store = try StoreSurveyor(directory: options.location.data, isOptional: false)
            let plan = MigrationPlanner(history: store.history, deployment: wanted.deployment).makePlan()
            return Status(
                scripts: wanted.deployment.scripts.map { script in
                    let tags = store.history.scripts[script.name]?.tags ?? []
                    return Status.Script(name: script.name, applied: tags.count, last: tags.last?.tag)
                },
                pendingSteps: plan.steps.map { "\($0)" },
                problems: plan.problems.map { "\($0)" },
                isUpToDate: plan.isEmpty && plan.problems.isEmpty
            )
        }
        if options.json {
            StoreOutput.print(status)
        } else {
            MigrationsOutput.print(findings: wanted.findings)
            describe(status)
        }
        if !status.isUpToDate { throw ExitCode(1) }
    }

    private func describe(_ status: Status) {
        for script in status.scripts {
            let count = script.applied == 1 ? "1 migration applied" : "\(script.applied) migrations applied"
            print("\(script.name): \(count)\(script.last.map { ", the last is \"\($0)\"" } ?? "")")
        }
        if status.isUpToDate { return print("Nothing is pending.") }
        if !status.pendingSteps.isEmpty {
            print("Pending:")
            for step in status.pendingSteps { print("  \(step)") }
        } else if status.problems.isEmpty {
            print("Pending: the record of what was applied; no class changes.")
        }
        if !status.problems.isEmpty {
            print("In the way:")
            for problem in status.problems {
                for line in problem.split(separator: "\n") { print("  \(line)") }
            }
        }
    }
}
