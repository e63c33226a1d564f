import RoostStorage

/// What reconciling `exports` maps did, in the lines that the origin's tools print.
public struct ReconciliationReport: Sendable, Hashable {
    /// The lines; none when nothing changed and nothing is to be said.
    public let lines: [String]

    /// Makes the report of a plan that can be applied, for one script.
    public init(_ plan: MigrationPlan, script: String) {
        var created: [String] = []
        var updated: [String] = []
        var deleted: [String] = []
        var changes: [String] = []
        for step in plan.steps where step.tag == nil {
            switch step.action {
            case .create(let key, _) where key.script == script: created.append(key.name)
            case .enableSQL(let key) where key.script == script: updated.append(key.name)
            case .delete(let key) where key.script == script: deleted.append(key.name)
            case .rename(let key, let target) where key.script == script:
                changes.append("  Renamed: \(key.name) → \(target.name)")
            case .transfer(let key, let target) where key.script == script:
                changes.append("  Transferred (committed): \(key.name) → \(target.script)")
            case .expectTransfer(let key, let source) where key.script == script:
                changes.append("  Transfer pending: \(key.name) ← \(source.script)")
            default: continue
            }
        }
        var lines: [String] = []
        for (title, names) in [("Created", created), ("Updated", updated), ("Deleted", deleted)] where !names.isEmpty {
            lines.append("  \(title): \(names.joined(separator: ", "))")
        }
        lines += changes
        lines += plan.notices.filter { $0.key.script == script }.map { "    \($0)" }
        let removable = plan.removable.filter { $0.script == script }.map(\.name)
        if !removable.isEmpty {
            lines.append("  Safe to remove from `exports`: \(removable.joined(separator: ", "))")
        }
        self.lines = lines.isEmpty ? [] : ["Durable Object exports reconciliation:"] + lines
    }

    /// Makes the report of problems.
    public init(_ problems: [DeploymentProblem]) {
        guard !problems.isEmpty else {
            lines = []
            return
        }
        var lines = ["Durable Object exports reconciliation failed:"]
        for problem in problems {
            lines.append("  ✘ [\(problem.code)] class '\(problem.className ?? "")': \(problem.message)")
            lines.append("      Suggestion: \(problem.fix)")
            if let location = problem.location { lines.append("      Where: \(location)") }
            if !problem.referencingScripts.isEmpty {
                lines.append("      Referencing scripts: \(problem.referencingScripts.joined(separator: ", "))")
            }
        }
        self.lines = lines
    }
}
