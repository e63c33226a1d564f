import RoostRuntime
import RoostStorage

/// A plan with what it means for the data, for people and for programs.
struct MigrationReport: Encodable {
    struct Step: Encodable {
        let action: String
        let description: String
        let className: String
        let target: String?
        let tag: String?
        let location: DeploymentLocation?
        let objects: UInt64
        let bytes: UInt64
        let losesObjects: Bool
        let isRefused: Bool
        /// What to give to `--allow-delete` for it.
        let allowDelete: String?
    }

    struct Problem: Encodable {
        let code: String
        let message: String
        let fix: String
        let script: String
        let className: String?
        let location: DeploymentLocation?
    }

    struct Notice: Encodable {
        let script: String
        let scenario: String
        let className: String
        let message: String
        let location: DeploymentLocation?
    }

    let data: String
    let steps: [Step]
    let problems: [Problem]
    let notices: [Notice]
    /// What became of `exports` maps, in the lines that the origin's tools print.
    let reconciliation: [String]
    let findings: [String]
    /// Whether nothing is to be done.
    let isUpToDate: Bool
    /// Whether it can be done.
    let isApplicable: Bool
    /// The scripts whose problems are told by ``reconciliation``.
    private let reconciled: Set<String>

    private enum CodingKeys: CodingKey {
        case data, steps, problems, notices, reconciliation, findings, isUpToDate, isApplicable
    }

    init(
        _ plan: MigrationPlan,
        of store: StoreSurveyor,
        findings: [String],
        allowing allowed: Set<String>
    ) throws(StorageError) {
        data = store.directory
        self.findings = findings
        var steps: [Step] = []
        for (step, origin) in zip(plan.steps, plan.origins) {
            let amount = try origin.flatMap { key throws(StorageError) in try store.amount(of: key) }
            let loses = step.losesData && (amount?.objects ?? 0) > 0
            steps.append(
                Step(
                    action: step.actionName,
                    description: "\(step)",
                    className: "\(step.subject)",
                    target: step.target.map { "\($0)" },
                    tag: step.tag,
                    location: step.location,
                    objects: amount?.objects ?? 0,
                    bytes: amount?.bytes ?? 0,
                    losesObjects: loses,
                    isRefused: loses && !plan.allowsDeletion(of: step.subject, by: allowed),
                    allowDelete: loses ? plan.deletionName(of: step.subject) : nil
                )
            )
        }
        self.steps = steps
        problems = plan.problems.map { problem in
            Problem(
                code: "\(problem.code)",
                message: problem.message,
                fix: problem.fix,
                script: problem.script,
                className: problem.className,
                location: problem.location
            )
        }
        notices = plan.notices.map {
            Notice(
                script: $0.key.script,
                scenario: $0.scenario,
                className: "\($0.key)",
                message: $0.message,
                location: $0.location
            )
        }
        let exporting = plan.history.scripts.filter(\.value.usesExports).keys.sorted()
        reconciliation =
            plan.problems.isEmpty
            ? exporting.flatMap { ReconciliationReport(plan, script: $0).lines }
            : ReconciliationReport(plan.problems.filter { exporting.contains($0.script) }).lines
        reconciled = Set(exporting)
        isUpToDate = plan.isEmpty && plan.problems.isEmpty
        isApplicable = plan.problems.isEmpty && steps.allSatisfy { !$0.isRefused }
    }

    /// The plan as lines for people.
    ///
    /// - Parameter tellsReconciliation: Whether ``reconciliation`` is printed too, which has the notes of its scripts.
    func lines(tellsReconciliation: Bool = false) -> [String] {
        var lines: [String] = []
        if isUpToDate {
            lines.append("Nothing to do: \(data) has everything.")
        } else if !steps.isEmpty {
            lines.append("\(steps.count == 1 ? "1 step" : "\(steps.count) steps") for \(data):")
            lines += steps.map { "  \($0.description)\($0.effect)" }
        } else if problems.isEmpty {
            lines.append("No class changes; \(data) only has to remember what was applied.")
        }
        let told = tellsReconciliation ? reconciled : []
        lines += notices.filter { !told.contains($0.script) }.map { "  note: \($0.className): \($0.message)" }
        if !problems.isEmpty {
            let count = problems.count == 1 ? "1 problem" : "\(problems.count) problems"
            lines.append("\(count), so nothing can be applied:")
            for problem in problems where !reconciled.contains(problem.script) {
                lines.append("  \(problem.location.map { "\($0): " } ?? "")\(problem.message)")
                lines.append("    Fix: \(problem.fix)")
            }
            lines += reconciliation.map { "  \($0)" }
        }
        for step in steps where step.isRefused {
            lines.append("Refused: \(step.className) has objects that would be lost.")
            let name = step.allowDelete ?? step.className
            lines.append("    Fix: allow it with --allow-delete \(name), or do not delete the class.")
        }
        return lines
    }
}

extension MigrationReport.Step {
    /// What happens to objects, in a few words.
    fileprivate var effect: String {
        guard objects > 0 else { return action == "create" ? "" : ": no objects" }
        let count = objects == 1 ? "1 object" : "\(objects) objects"
        return ": \(count), \(bytes) bytes, \(losesObjects ? "LOST" : "kept with their ids")"
    }
}

extension MigrationStep {
    fileprivate var actionName: String {
        switch action {
        case .create: "create"
        case .rename: "rename"
        case .delete: "delete"
        case .transfer: "transfer"
        case .enableSQL: "enable-sql"
        case .expectTransfer: "expect-transfer"
        }
    }

    fileprivate var target: ClassKey? {
        switch action {
        case .rename(_, let target), .transfer(_, let target): target
        case .create, .delete, .enableSQL, .expectTransfer: nil
        }
    }
}
