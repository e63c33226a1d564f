import RoostRuntime
import RoostStorage
import Testing

/// Handing a class over by `exports` maps, in its steps (facts 9.4).
struct ExportsTransferTests {
    private static let own = exporting("a", ClassExport("Widget", .live(.sql)))
    private static let waiting = exporting("b", ClassExport("Widget", .expectingTransfer(.sql, from: "a")))
    private static let giving = exporting("a", ClassExport("Widget", .transferred(to: "b")))
    private static let received = exporting(
        "b",
        bindings: [binding("Widget", of: "b")],
        ClassExport("Widget", .live(.sql))
    )

    private static func lines(_ plan: MigrationPlan, _ script: String) -> [String] {
        Array(ReconciliationReport(plan, script: script).lines.dropFirst())
    }

    // Origin: e2e "transfer 1" to "transfer 4".
    @Test func `a transfer goes through its steps, one deployment after the other`() {
        let first = makePlan(ClassHistory(), Self.own)
        #expect(Self.lines(first, "a") == ["  Created: Widget"])
        let second = makePlan(first.history, Self.waiting)
        #expect(second.problems.isEmpty)
        #expect(Self.lines(second, "b") == ["  Transfer pending: Widget ← a"])
        #expect(makePlan(second.history, Self.waiting).isEmpty)
        let third = makePlan(second.history, Self.giving)
        #expect(third.problems.isEmpty)
        #expect(Self.lines(third, "a") == ["  Transferred (committed): Widget → b"])
        #expect(third.history.scripts["b"]?.classes == ["Widget": StorageKind.sql])
        #expect(third.history.scripts["b"]?.expected.isEmpty == true)
        let fourth = makePlan(third.history, Self.received)
        #expect(fourth.steps.isEmpty)
        #expect(fourth.problems.isEmpty)
        let cleaned = makePlan(fourth.history, exporting("a"))
        #expect(cleaned.problems.isEmpty)
    }

    @Test func `both sides may be deployed at once, in any order`() {
        let before = history(after: Self.own)
        for plan in [makePlan(before, Self.waiting, Self.giving), makePlan(before, Self.giving, Self.waiting)] {
            #expect(plan.problems.isEmpty)
            #expect(plan.words == ["expect b/Widget from a", "transfer a/Widget to b/Widget"])
        }
    }

    @Test func `until it is handed over, the class is reached where it was`() {
        let before = history(after: Self.own)
        let bound = exporting(
            "b",
            bindings: [binding("Widget", of: "b")],
            ClassExport("Widget", .expectingTransfer(.sql, from: "a"))
        )
        let plan = makePlan(before, bound)
        #expect(plan.problems.isEmpty)
        #expect(plan.scenarios == ["binding_to_expected_class"])
    }

    @Test func `a class that has come and is still expected is noticed`() {
        let before = makePlan(history(after: Self.own), Self.waiting, Self.giving).history
        let again = makePlan(before, Self.waiting, Self.giving)
        #expect(again.problems.isEmpty)
        #expect(again.steps.isEmpty)
        #expect(again.scenarios == ["stale_tombstone", "transfer_receive_already_applied"].sorted().reversed())
    }

    // Facts 9.4: renamed and transferred classes may still be in the code.
    @Test func `a class that is handed over may still be in the program`() {
        let program: MigrationPlanner.Program = ["Widget": .sql]
        let plan = makePlan(history(after: Self.own), Self.waiting, Self.giving, program: program)
        #expect(plan.problems.isEmpty)
        #expect(plan.scenarios == ["tombstone_class_still_in_code"])
    }

    @Test func `a transfer nobody expects is refused`() {
        let before = history(after: Self.own)
        #expect(makePlan(before, Self.giving).codes == [.transferTargetMissing])
        #expect(makePlan(before, Self.giving, DeployedScript(name: "b")).codes == [.pendingNotFound])
        let elsewhere = exporting("b", ClassExport("Widget", .expectingTransfer(.sql, from: "c")))
        let c = exporting("c", ClassExport("Widget", .live(.sql)))
        #expect(makePlan(before, Self.giving, elsewhere, c).codes == [.transferTargetMismatch])
        #expect(
            makePlan(before, exporting("a", ClassExport("Widget", .transferred(to: "a")))).codes == [
                .transferTargetMissing
            ]
        )
    }

    @Test func `a transfer onto a class that exists is refused on both sides`() {
        let before = history(after: Self.own, exporting("b", ClassExport("Widget", .live(.sql))))
        #expect(makePlan(before, Self.waiting).codes == [.transferTargetExists])
        #expect(makePlan(before, Self.giving).codes == [.transferTargetExists])
    }

    @Test func `an expectation without a source is refused`() {
        #expect(makePlan(ClassHistory(), Self.waiting).codes == [.transferSourceMissing])
        #expect(
            makePlan(ClassHistory(), Self.waiting, DeployedScript(name: "a")).codes == [.transferSourceClassMissing]
        )
        let itself = exporting("b", ClassExport("Widget", .expectingTransfer(.sql, from: "b")))
        #expect(makePlan(ClassHistory(), itself).codes == [.transferSourceMissing])
    }

    @Test func `two scripts cannot expect one class`() {
        let before = makePlan(history(after: Self.own), Self.waiting).history
        let third = exporting("c", ClassExport("Widget", .expectingTransfer(.sql, from: "a")))
        #expect(makePlan(before, third).codes == [.transferDuplicate])
    }

    @Test func `a class that is still expected must not begin empty`() {
        let before = makePlan(history(after: Self.own), Self.waiting).history
        #expect(makePlan(before, Self.received).codes.contains(.transferStillPending))
    }

    @Test func `an expectation that is taken back is forgotten`() {
        let before = makePlan(history(after: Self.own), Self.waiting).history
        let plan = makePlan(before, exporting("b"))
        #expect(plan.problems.isEmpty)
        #expect(plan.history.scripts["b"]?.expected.isEmpty == true)
    }

    @Test func `an expectation that is taken back makes room for another script's, in any order`() {
        let before = makePlan(history(after: Self.own), Self.waiting).history
        let withdrawn = exporting("b")
        let other = exporting("c", ClassExport("Widget", .expectingTransfer(.sql, from: "a")))
        for plan in [makePlan(before, withdrawn, other), makePlan(before, other, withdrawn)] {
            #expect(plan.problems.isEmpty)
            #expect(plan.words == ["expect c/Widget from a"])
            #expect(plan.history.scripts["b"]?.expected.isEmpty == true)
        }
    }

    @Test func `the receiver may ask for SQL storage, not for less`() {
        let before = history(after: script("a", ClassMigration(tag: "v1", .create("Widget", .keyValue))))
        let plan = makePlan(before, Self.waiting, Self.giving)
        #expect(plan.problems.isEmpty)
        #expect(plan.words.last == "enable SQL for b/Widget")
        let less = exporting("b", ClassExport("Widget", .expectingTransfer(.keyValue, from: "a")))
        #expect(makePlan(history(after: Self.own), less, Self.giving).codes == [.storageTypeMismatch])
    }
}
