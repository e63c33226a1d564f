import FoundationEssentials
import RoostRuntime
import RoostWrangler

/// What reading a case gives, in the form in which it is kept beside the case.
struct CompatOutcome {
    /// `json` for a deployment, `txt` for what is wrong.
    let ending: String
    let text: String

    private struct Success: Encodable {
        let deployment: Deployment
        let findings: [String]
        let behaviors: [String]
        let plan: [String]
        let problems: [String]
        let notices: [String]
    }

    init(_ test: CompatFolder.Case) throws {
        var configurations: [WranglerConfiguration] = []
        var broken: [String] = []
        for file in CompatFolder.files(of: test.name) {
            let path = "\(CompatFolder.fixtures)/\(file)"
            let name = String(file.split(separator: "/").last ?? "")
            let stem = String(file.prefix { $0 != "." })
            let variables = CompatFolder.text("\(CompatFolder.fixtures)/\(stem).dev.vars").map { ($0, ".dev.vars") }
            do {
                let read = try WranglerConfiguration.read(
                    CompatFolder.text(path) ?? "",
                    fileName: name,
                    environment: test.environment,
                    variables: variables
                )
                configurations.append(read)
            } catch {
                broken.append(error.description)
            }
        }
        if !broken.isEmpty {
            ending = "txt"
            text = broken.joined(separator: "\n") + "\n"
            return
        }
        let deployment = Deployment(scripts: configurations.map(\.script))
        let plan = MigrationPlanner(history: ClassHistory(), deployment: deployment).makePlan()
        let success = Success(
            deployment: deployment,
            findings: configurations.flatMap { $0.findings.map(\.description) },
            behaviors: deployment.scripts.flatMap { $0.compatibility.behaviors.map(\.enableFlag) },
            plan: plan.steps.map(\.description),
            problems: plan.problems.map(\.description),
            notices: plan.notices.map(\.description)
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        ending = "json"
        text = String(decoding: try encoder.encode(success), as: UTF8.self) + "\n"
    }
}
