import RoostObjects
import RoostRuntime
import RoostStorage
import RoostWrangler
import Testing

/// The edge service's own class history, `migrations/classes.toml`, against the classes compiled in.
struct EdgeClassesTests {
    private static func own() throws -> DeployedScript {
        try WranglerConfiguration.read(EdgeClasses.history, fileName: "classes.toml").script
    }

    private static func history(_ classes: [String: StorageKind]) -> ClassHistory {
        ClassHistory(scripts: ["roost": ScriptHistory(classes: classes)])
    }

    @Test func `it is read without a finding and makes exactly the classes compiled in`() throws {
        let configuration = try WranglerConfiguration.read(EdgeClasses.history, fileName: "classes.toml")
        #expect(configuration.findings.isEmpty)
        #expect(configuration.script.name == RoostConfiguration().script)
        let plan = MigrationPlanner(
            history: ClassHistory(),
            deployment: Deployment(scripts: [configuration.script]),
            program: EdgeClasses.all.program
        ).makePlan()
        #expect(plan.problems.isEmpty)
        #expect(plan.history.scripts["roost"]?.classes == EdgeClasses.all.program)
    }

    // What was published never changes: a store that had it would refuse to start.
    @Test func `its migrations are those that were published`() throws {
        guard case .migrations(let listed) = try Self.own().lifecycle else {
            Issue.record("The history has no migrations.")
            return
        }
        #expect(listed.map(\.tag) == ["v1", "v2"])
        #expect(
            listed.map { $0.changes.map(\.description) } == [
                ["new class ChatSession", "new class SessionIndex", "new class RateLimiter"],
                ["SQLite for ChatSession"],
            ]
        )
    }

    @Test(arguments: [
        (["ChatSession": StorageKind.keyValue, "SessionIndex": .keyValue, "RateLimiter": .keyValue], 1),
        (["ChatSession": .sql, "SessionIndex": .keyValue, "RateLimiter": .keyValue], 0),
        (["ChatSession": .keyValue, "RateLimiter": .keyValue], 2),
    ])
    func `a store of an earlier build gets what it lacks`(classes: [String: StorageKind], steps: Int) throws {
        let plan = MigrationPlanner(
            history: Self.history(classes),
            deployment: Deployment(scripts: [try Self.own()]),
            program: EdgeClasses.all.program
        ).makePlan()
        #expect(plan.problems.isEmpty)
        #expect(plan.steps.count == steps)
        #expect(plan.history.scripts["roost"]?.classes == EdgeClasses.all.program)
    }
}
