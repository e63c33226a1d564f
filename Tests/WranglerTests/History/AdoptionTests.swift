import RoostRuntime
import RoostStorage
import Testing

/// Classes that were there before anybody wrote their migrations down.
struct AdoptionTests {
    private static func store(_ classes: [String: StorageKind]) -> ClassHistory {
        ClassHistory(scripts: ["app": ScriptHistory(classes: classes)])
    }

    private static let list = [
        ClassMigration(tag: "v1", .create("A", .keyValue), .create("B", .keyValue)),
        ClassMigration(tag: "v2", .enableSQL("A")),
        ClassMigration(tag: "v3", .rename(from: "B", to: "C")),
        ClassMigration(tag: "v4", .delete("C")),
    ]

    private static func plan(_ classes: [String: StorageKind]) -> MigrationPlan {
        makePlan(store(classes), DeployedScript(name: "app", lifecycle: .migrations(list)))
    }

    @Test(arguments: [
        (
            ["A": StorageKind.keyValue, "B": .keyValue],
            ["enable SQL for app/A [v2]", "rename app/B to app/C [v3]", "delete app/C [v4]"]
        ),
        (["A": .sql, "B": .keyValue], ["rename app/B to app/C [v3]", "delete app/C [v4]"]),
        (["A": .sql, "C": .keyValue], ["delete app/C [v4]"]),
        (["A": .sql], []),
    ])
    func `the longest beginning that explains them counts as applied`(
        classes: [String: StorageKind],
        steps: [String]
    ) {
        let plan = Self.plan(classes)
        #expect(plan.problems.isEmpty)
        #expect(plan.words == steps)
        #expect(plan.history.scripts["app"]?.tags.map(\.tag) == ["v1", "v2", "v3", "v4"])
        #expect(plan.history.scripts["app"]?.deleted == ["C"])
        #expect(plan.scenarios.allSatisfy { $0 == "class_adopted" })
        #expect(plan.changesHistory)
    }

    @Test func `where some are missing, they are made`() {
        let plan = Self.plan(["A": .keyValue])
        #expect(plan.problems.isEmpty)
        #expect(plan.words.prefix(2) == ["create app/B (legacy-kv) [v1]", "enable SQL for app/A [v2]"])
    }

    @Test func `what no beginning explains is a problem, and nothing is guessed`() {
        #expect(Self.plan(["A": .keyValue, "X": .keyValue]).codes.contains(.classExists))
    }

    @Test func `a store that remembers migrations adopts nothing`() {
        let first = history(after: script(ClassMigration(tag: "v1", .create("A", .keyValue))))
        let plan = makePlan(first, script(ClassMigration(tag: "x", .create("A", .keyValue))))
        #expect(plan.codes == [.tagRemoved, .classExists])
    }

    @Test func `a plan knows what its steps' classes are called in the store`() {
        let first = history(after: script(ClassMigration(tag: "v1", .create("A", .keyValue), .create("B", .sql))))
        let plan = makePlan(
            first,
            script(
                ClassMigration(tag: "v1", .create("A", .keyValue), .create("B", .sql)),
                ClassMigration(tag: "v2", .delete("B"), .rename(from: "A", to: "B"), .create("A", .sql)),
                ClassMigration(tag: "v3", .delete("B"), .delete("A"))
            )
        )
        #expect(plan.problems.isEmpty)
        let origins = plan.origins.map { $0?.name }
        #expect(origins == ["B", "A", nil, "A", nil])
    }
}
