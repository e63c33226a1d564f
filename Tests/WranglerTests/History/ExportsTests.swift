import RoostRuntime
import RoostStorage
import Testing

/// The `exports` map against what exists (facts 9.4).
struct ExportsTests {
    private static func live(_ name: String, _ storage: StorageKind = .sql) -> ClassExport {
        ClassExport(name, .live(storage))
    }

    private static func lines(_ plan: MigrationPlan, _ script: String = "app") -> [String] {
        Array(ReconciliationReport(plan, script: script).lines.dropFirst())
    }

    // Origin: e2e "scenario 1 auto-provisions on first deploy", "scenario 2 redeploy is a no-op".
    @Test func `live entries are created once`() {
        let app = exporting(Self.live("MyDO"), Self.live("Other"))
        let first = makePlan(ClassHistory(), app)
        #expect(first.problems.isEmpty)
        #expect(Self.lines(first) == ["  Created: MyDO, Other"])
        let second = makePlan(first.history, app)
        #expect(second.isEmpty)
        #expect(ReconciliationReport(second, script: "app").lines.isEmpty)
    }

    // Origin: e2e "scenario T2 deleted tombstone", "scenario T3 stale tombstone".
    @Test func `a deleted entry deletes once and is stale afterwards`() {
        let app = exporting(ClassExport("MyDO", .deleted))
        let first = makePlan(history(after: exporting(Self.live("MyDO"))), app)
        #expect(first.problems.isEmpty)
        #expect(Self.lines(first) == ["  Deleted: MyDO"])
        let second = makePlan(first.history, app)
        #expect(second.steps.isEmpty)
        #expect(second.removable == [ClassKey(script: "app", name: "MyDO")])
        #expect(Self.lines(second).first?.hasPrefix("    [stale_tombstone] MyDO: ") == true)
        #expect(Self.lines(second).last == "  Safe to remove from `exports`: MyDO")
        #expect(makePlan(second.history, exporting()).isEmpty)
    }

    // Origin: e2e "rename 1" to "rename 3".
    @Test func `a renamed entry renames, and dropping it later is silent`() {
        let before = history(after: exporting(Self.live("Counter")))
        let renaming = exporting(ClassExport("Counter", .renamed(to: "CounterV2")), Self.live("CounterV2"))
        let first = makePlan(before, renaming)
        #expect(first.problems.isEmpty)
        #expect(Self.lines(first) == ["  Renamed: Counter → CounterV2"])
        #expect(first.history.scripts["app"]?.classes == ["CounterV2": .sql])
        #expect(makePlan(first.history, exporting(Self.live("CounterV2"))).isEmpty)
    }

    @Test func `a rename is refused onto a class that exists or is not declared`() {
        let before = history(after: exporting(Self.live("A"), Self.live("B")))
        let occupied = makePlan(before, exporting(ClassExport("A", .renamed(to: "B")), Self.live("B")))
        #expect(occupied.codes == [.renamedToOccupied])
        let undeclared = makePlan(before, exporting(ClassExport("A", .renamed(to: "C")), Self.live("B")))
        #expect(undeclared.codes == [.renamedToUndeclared])
    }

    @Test func `a rename may give SQL storage at once`() {
        let before = history(after: script(ClassMigration(tag: "v1", .create("A", .keyValue))))
        let plan = makePlan(before, exporting(ClassExport("A", .renamed(to: "B")), Self.live("B")))
        #expect(plan.problems.isEmpty)
        #expect(plan.words == ["rename app/A to app/B", "enable SQL for app/B"])
        #expect(Self.lines(plan) == ["  Updated: B", "  Renamed: A → B"])
    }

    @Test func `key-value storage may become SQL storage, never the other way`() {
        let before = history(after: script(ClassMigration(tag: "v1", .create("A", .keyValue), .create("B", .sql))))
        let plan = makePlan(before, exporting(Self.live("A"), Self.live("B", .keyValue)))
        #expect(plan.words == ["enable SQL for app/A"])
        #expect(plan.codes == [.storageTypeMismatch])
        let kept = exporting(Self.live("A", .keyValue), Self.live("B"))
        #expect(makePlan(before, kept).steps.isEmpty)
    }

    @Test func `a class of the store without an entry is an error`() {
        let before = history(after: exporting(Self.live("A"), Self.live("B")))
        let plan = makePlan(before, exporting(Self.live("A")))
        #expect(plan.codes == [.classMissingFromConfig])
        #expect(plan.problems.first?.className == "B")
    }

    @Test func `a map that is left out forgets no class`() {
        let before = history(after: exporting(Self.live("A")))
        #expect(makePlan(before, DeployedScript(name: "app")).codes == [.classMissingFromConfig])
        let emptied = makePlan(before, exporting(ClassExport("A", .deleted))).history
        #expect(makePlan(emptied, DeployedScript(name: "app")).problems.isEmpty)
    }

    // Facts 9.4: forward move from `migrations` needs no data migration; afterwards there is no way back.
    @Test func `migrations may become exports, not the other way`() {
        let tagged = script(ClassMigration(tag: "v1", .create("A", .sql)))
        let moved = makePlan(history(after: tagged), exporting(Self.live("A")))
        #expect(moved.problems.isEmpty)
        #expect(moved.steps.isEmpty)
        #expect(moved.changesHistory)
        #expect(makePlan(moved.history, tagged).codes == [.exportsAreFinal])
    }

    @Test func `a class with legacy storage can begin here and is noticed`() {
        let plan = makePlan(ClassHistory(), exporting(Self.live("A", .keyValue)))
        #expect(plan.words == ["create app/A (legacy-kv)"])
        #expect(plan.scenarios == ["legacy_kv_class"])
    }

    // MARK: Bindings and the program

    @Test func `a deletion waits for bindings, wherever they are`() {
        let before = history(after: exporting(Self.live("A")))
        let app = exporting("app", bindings: [binding("A")], ClassExport("A", .deleted))
        let other = DeployedScript(name: "z", bindings: [binding("A")])
        let plan = makePlan(before, app, other)
        #expect(plan.codes == [.deletedClassBound])
        #expect(plan.problems.first?.referencingScripts == ["z"])
        #expect(
            ReconciliationReport(plan.problems).lines == [
                "Durable Object exports reconciliation failed:",
                "  ✘ [tombstone_delete_blocked_by_external_bindings] class 'A': "
                    + "The class A is to be deleted but is still bound by app, z.",
                "      Suggestion: Remove those bindings first.", "      Referencing scripts: z",
            ]
        )
        #expect(ReconciliationReport([]).lines.isEmpty)
        let place = DeploymentLocation(file: "wrangler.jsonc", line: 3, column: 5)
        let placed = makePlan(before, exporting(ClassExport("A", .live(.keyValue), location: place)))
        #expect(ReconciliationReport(placed.problems).lines.last == "      Where: wrangler.jsonc:3:5")
    }

    @Test func `a binding to a tombstone is explained, even in a new store`() {
        let entries = [
            ClassExport("Old", .renamed(to: "New")), ClassExport("New", .live(.sql)), ClassExport("Gone", .deleted),
            ClassExport("Far", .transferred(to: "t")),
        ]
        let bindings = [
            binding("Old", as: "O"), binding("Gone", as: "G"), binding("Far", as: "F"), binding("New", as: "N"),
        ]
        let app = DeployedScript(name: "app", bindings: bindings, lifecycle: .exports(entries))
        let plan = makePlan(ClassHistory(), app)
        #expect(plan.codes == [.bindingToMovedClass, .bindingToDeletedClass, .bindingToMovedClass])
        #expect(plan.problems.dropFirst(2).first?.fix == "Set `class_name = \"Far\"` and `script_name = \"t\"`.")
    }

    // Origin: e2e "scenario 5 class not in code – fails with [config_references_nonexistent_class]".
    @Test func `entries and program are held against each other`() {
        let before = history(after: exporting(Self.live("Gone"), Self.live("Old")))
        let app = exporting(
            ClassExport("Gone", .deleted),
            ClassExport("Old", .renamed(to: "New")),
            Self.live("New"),
            Self.live("Ghost")
        )
        let plan = makePlan(before, app, program: ["Gone": .sql, "Old": .sql, "New": .sql, "Extra": .sql])
        #expect(plan.codes == [.deletedClassInCode, .classNotInCode])
        #expect(plan.scenarios == ["tombstone_class_still_in_code", "code_class_not_in_exports"])
        #expect(plan.notices.dropFirst(1).first?.key.name == "Extra")
    }
}
