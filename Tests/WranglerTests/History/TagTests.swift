import RoostRuntime
import RoostStorage
import Testing

/// Tags against what was applied (facts 9.3).
struct TagTests {
    private static let v1 = ClassMigration(tag: "v1", .create("A", .sql))
    private static let v2 = ClassMigration(tag: "v2", .create("B", .keyValue))
    private static let v3 = ClassMigration(tag: "v3", .rename(from: "B", to: "C"))

    // Origin: deploy/durable-objects "should deploy all migrations on first deploy".
    @Test func `a new store gets every migration`() {
        let plan = makePlan(ClassHistory(), script(Self.v1, Self.v2, Self.v3))
        #expect(
            plan.words == ["create app/A (sqlite) [v1]", "create app/B (legacy-kv) [v2]", "rename app/B to app/C [v3]"]
        )
        #expect(plan.problems.isEmpty)
        #expect(plan.history.scripts["app"]?.tags.map(\.tag) == ["v1", "v2", "v3"])
        #expect(plan.history.scripts["app"]?.classes == ["A": .sql, "C": .keyValue])
    }

    // Origin: "should upload migrations past a previously uploaded tag".
    @Test func `a migrated store gets what is past its last tag`() {
        let plan = makePlan(history(after: script(Self.v1)), script(Self.v1, Self.v2, Self.v3))
        #expect(plan.words == ["create app/B (legacy-kv) [v2]", "rename app/B to app/C [v3]"])
        #expect(plan.problems.isEmpty)
    }

    // Origin: "should not send migrations if they've all already been sent".
    @Test func `a store that has everything gets nothing`() {
        let all = script(Self.v1, Self.v2, Self.v3)
        let plan = makePlan(history(after: all), all)
        #expect(plan.isEmpty)
        #expect(plan.problems.isEmpty)
    }

    @Test func `a migration that changes nothing is remembered`() {
        let plan = makePlan(ClassHistory(), script(ClassMigration(tag: "v1")))
        #expect(plan.steps.isEmpty)
        #expect(!plan.isEmpty)
        #expect(plan.history.scripts["app"]?.tags.map(\.tag) == ["v1"])
    }

    @Test func `environments are scripts of their own`() {
        let plan = makePlan(
            history(after: script("app", Self.v1)),
            script("app", Self.v1),
            script("app-staging", Self.v1)
        )
        #expect(plan.words == ["create app-staging/A (sqlite) [v1]"])
    }

    @Test func `an edited tag is an error that says what it was`() throws {
        let edited = ClassMigration(
            tag: "v1",
            entries: [.init(.create("A", .keyValue))],
            location: DeploymentLocation(file: "wrangler.toml", line: 7, column: 1)
        )
        let plan = makePlan(history(after: script(Self.v1)), script(edited, Self.v2))
        #expect(plan.codes == [.tagEdited])
        let problem = try #require(plan.problems.first)
        #expect(
            problem.description.hasPrefix("wrangler.toml:7:1: The migration \"v1\" was edited after it was applied")
        )
        #expect(problem.message.contains("it was [new SQLite class A], and is now [new class A]"))
        #expect(problem.fix.contains("new migration at the end"))
    }

    @Test func `the order within a tag is not an edit, but a repetition is`() {
        let two = ClassMigration(tag: "v1", .create("A", .sql), .create("B", .sql))
        let turned = ClassMigration(tag: "v1", .create("B", .sql), .create("A", .sql))
        #expect(makePlan(history(after: script(two)), script(turned)).isEmpty)
        let thrice = ClassMigration(tag: "v1", .create("A", .sql), .create("B", .sql), .create("B", .sql))
        #expect(makePlan(history(after: script(two)), script(thrice)).codes == [.tagEdited])
    }

    // The origin warns `The published script … has a migration tag "…, which was not found` and applies everything
    // again.
    @Test func `a removed tag is an error`() {
        let plan = makePlan(history(after: script(Self.v1, Self.v2)), script(Self.v2))
        #expect(plan.codes == [.tagRemoved])
        #expect(plan.problems.first?.fix == "Put it back as it was: [new SQLite class A].")
        #expect(plan.steps.isEmpty)
    }

    @Test func `a missing migrations block is an error once a script has a tag`() {
        let bare = DeployedScript(name: "app")
        #expect(makePlan(history(after: script(Self.v1)), bare).codes == [.tagRemoved])
        let empty = makePlan(history(after: script(Self.v1)), script())
        #expect(empty.codes == [.tagRemoved])
    }

    @Test func `a store ahead of the configuration says so`() {
        let plan = makePlan(history(after: script(Self.v1, Self.v2, Self.v3)), script(Self.v1))
        #expect(plan.codes == [.storeIsNewer])
        #expect(plan.problems.first?.message.contains("\"v2\", \"v3\" was applied after \"v1\"") == true)
    }

    @Test func `reordered tags are an error`() {
        let plan = makePlan(history(after: script(Self.v1, Self.v2)), script(Self.v2, Self.v1, Self.v3))
        #expect(plan.codes == [.tagsReordered])
        #expect(plan.problems.first?.message.contains("applied as \"v1\", \"v2\" are listed as \"v2\", \"v1\"") == true)
    }

    @Test func `a new tag between applied ones is an error`() {
        let early = ClassMigration(tag: "v1b", .create("Early", .sql))
        let plan = makePlan(history(after: script(Self.v1, Self.v2)), script(Self.v1, early, Self.v2))
        #expect(plan.codes == [.tagInserted])
    }

    @Test func `a tag used twice and an empty one are errors`() {
        let plan = makePlan(
            ClassHistory(),
            script(Self.v1, ClassMigration(tag: "v1", .create("B", .sql)), ClassMigration(tag: ""))
        )
        #expect(plan.codes == [.tagDuplicated, .tagEmpty])
    }

    @Test func `a store of a newer program is left alone`() {
        let plan = makePlan(ClassHistory(format: ClassHistory.newestFormat + 1), script(Self.v1))
        #expect(plan.codes == [.storeIsNewer])
        #expect(plan.isEmpty)
        #expect(throws: DeploymentProblem.self) { try plan.requireApplicable() }
    }

    @Test func `two configurations of one name are an error`() {
        #expect(makePlan(ClassHistory(), script(Self.v1), script(Self.v1)).codes.contains(.scriptDuplicated))
    }
}
