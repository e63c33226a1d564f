import RoostRuntime
import RoostStorage
import Testing

/// Bindings and the program against the classes there will be.
struct BindingCheckTests {
    private static let create = ClassMigration(tag: "v1", .create("A", .keyValue))

    @Test func `a class that is bound but never created is an error with the line to add`() {
        let later = makePlan(ClassHistory(), script("app", bindings: [binding("X")], Self.create))
        #expect(later.codes == [.classNeverCreated])
        #expect(later.problems.first?.fix == "Add a migration at the end with `new_sqlite_classes = [\"X\"]`.")
        let bare = DeployedScript(name: "app", bindings: [binding("X")])
        let first = makePlan(ClassHistory(), bare)
        #expect(
            first.problems.first?.fix
                == "Add a migration, for example `tag = \"v1\"` with `new_sqlite_classes = [\"X\"]`."
        )
        let map = makePlan(ClassHistory(), exporting("app", bindings: [binding("X")]))
        #expect(
            map.problems.first?.fix
                == "Add it to `exports` with `type = \"durable-object\"` and `storage = \"sqlite\"`."
        )
        let other = makePlan(
            ClassHistory(),
            script("app", Self.create),
            DeployedScript(name: "b", bindings: [binding("X")])
        )
        #expect(other.problems.first?.message == "The class X of \"app\" is bound as B but was never created.")
    }

    @Test func `a binding left on a deleted class is an error, from wherever it comes`() {
        let deleted = ClassMigration(tag: "v2", .delete("A"))
        let own = makePlan(ClassHistory(), script("app", bindings: [binding("A")], Self.create, deleted))
        #expect(own.codes == [.bindingToDeletedClass])
        let other = DeployedScript(name: "b", bindings: [binding("A")])
        #expect(makePlan(ClassHistory(), script("app", Self.create, deleted), other).codes == [.bindingToDeletedClass])
    }

    // Facts 9.3: bindings elsewhere to the old class forward to the new one.
    @Test func `bindings of other scripts follow a rename and a transfer, a script's own must say the new name`() {
        let renamed = ClassMigration(tag: "v2", .rename(from: "A", to: "B"))
        let other = DeployedScript(name: "b", bindings: [binding("A")])
        let elsewhere = makePlan(ClassHistory(), script("app", Self.create, renamed), other)
        #expect(elsewhere.problems.isEmpty)
        #expect(elsewhere.scenarios == ["binding_forwarded"])

        let own = makePlan(ClassHistory(), script("app", bindings: [binding("A")], Self.create, renamed))
        #expect(own.codes == [.bindingToMovedClass])
        #expect(own.problems.first?.fix == "Set `class_name = \"B\"`.")

        let receiver = script("b", ClassMigration(tag: "v1", .transfer(from: "A", script: "app", to: "T")))
        let moved = makePlan(ClassHistory(), script("app", bindings: [binding("A")], Self.create), receiver)
        #expect(moved.codes == [.bindingToMovedClass])
        #expect(moved.problems.first?.fix == "Set `class_name = \"T\"` and `script_name = \"b\"`.")
    }

    // Facts 9.5: `defined in SCRIPT … local [not connected]`.
    @Test func `a binding to a script that is not here is noticed, not refused`() {
        let plan = makePlan(ClassHistory(), script("app", bindings: [binding("X", of: "far")], Self.create))
        #expect(plan.problems.isEmpty)
        #expect(plan.scenarios == ["script_not_connected"])
    }

    @Test func `two bindings that disagree are an error`() {
        let bindings = [binding("A", as: "SAME"), binding("B", as: "SAME")]
        let create = ClassMigration(tag: "v1", .create("A", .sql), .create("B", .sql))
        let plan = makePlan(ClassHistory(), script("app", bindings: bindings, create))
        #expect(plan.codes == [.bindingsDisagree])
        #expect(plan.problems.first?.message == "SAME assigned to multiple Durable Object bindings: app/A and app/B.")
    }

    // MARK: The program

    @Test func `a class that is declared but not compiled in names those that are`() {
        let plan = makePlan(ClassHistory(), script(Self.create), program: ["Counter": .keyValue, "Chat": .sql])
        #expect(plan.codes == [.classNotCompiled])
        #expect(plan.problems.first?.fix == "Register it, or use one of: Chat, Counter.")
        let none: MigrationPlanner.Program = [:]
        let empty = MigrationPlanner(
            history: ClassHistory(),
            deployment: Deployment(scripts: [script(Self.create)]),
            program: none
        ).makePlan()
        #expect(empty.problems.first?.fix == "Register it; this program has no classes.")
    }

    // Facts 9.3: the class that a rename or a transfer leads to must be exported.
    @Test func `the target of a rename or a transfer must be compiled in, its old name need not`() {
        let renaming = script(Self.create, ClassMigration(tag: "v2", .rename(from: "A", to: "B")))
        let renamed = makePlan(history(after: script(Self.create)), renaming, program: ["A": .keyValue])
        #expect(renamed.codes == [.classNotCompiled])
        #expect(renamed.problems.first?.className == "B")
        #expect(makePlan(history(after: script(Self.create)), renaming, program: ["B": .keyValue]).problems.isEmpty)
        let receiver = script("b", ClassMigration(tag: "v1", .transfer(from: "A", script: "app", to: "T")))
        let moved = makePlan(history(after: script(Self.create)), receiver, program: ["A": .keyValue])
        #expect(moved.problems.map(\.className) == ["T"])
        #expect(makePlan(history(after: script(Self.create)), receiver, program: ["T": .keyValue]).problems.isEmpty)
    }

    @Test func `new_classes where SQL is used is an error, before and after it was applied`() {
        let fresh = makePlan(ClassHistory(), script(Self.create), program: ["A": .sql])
        #expect(fresh.codes == [.sqlWithoutStorage])
        #expect(fresh.problems.first?.fix == "List it in `new_sqlite_classes` instead.")
        let applied = makePlan(history(after: script(Self.create)), script(Self.create), program: ["A": .sql])
        #expect(applied.codes == [.sqlWithoutStorage])
        #expect(applied.problems.first?.fix.contains("`enable_sqlite_classes = [\"A\"]`") == true)
        let enabled = script(Self.create, ClassMigration(tag: "v2", .enableSQL("A")))
        #expect(makePlan(history(after: script(Self.create)), enabled, program: ["A": .sql]).problems.isEmpty)
    }

    @Test func `a renamed class that uses SQL is told how it gets it`() {
        let renaming = script(Self.create, ClassMigration(tag: "v2", .rename(from: "A", to: "B")))
        let plan = makePlan(history(after: script(Self.create)), renaming, program: ["B": .sql])
        #expect(plan.codes == [.sqlWithoutStorage])
        #expect(plan.problems.first?.fix.contains("`enable_sqlite_classes = [\"B\"]`") == true)
    }

    @Test func `a program that uses no SQL may have SQL storage`() {
        let create = ClassMigration(tag: "v1", .create("A", .sql))
        #expect(makePlan(ClassHistory(), script(create), program: ["A": .keyValue]).problems.isEmpty)
    }
}
