import RoostRuntime
import RoostStorage
import Testing

/// What migrations do to classes (facts 9.2 and 9.3).
struct ChangeTests {
    // Origin: local migration interpretation "within one migration: deleted, then renamed, then new_classes, then
    // new_sqlite_classes".
    @Test func `within a migration deletions come first and SQL for old classes last`() {
        let before = history(after: script(ClassMigration(tag: "v1", .create("A", .sql), .create("B", .keyValue))))
        let mixed = ClassMigration(
            tag: "v2",
            .enableSQL("C"),
            .create("D", .sql),
            .create("A", .keyValue),
            .rename(from: "B", to: "C"),
            .delete("A")
        )
        let plan = makePlan(
            before,
            script(ClassMigration(tag: "v1", .create("A", .sql), .create("B", .keyValue)), mixed)
        )
        #expect(plan.problems.isEmpty)
        #expect(
            plan.words == [
                "delete app/A [v2]", "rename app/B to app/C [v2]", "create app/A (legacy-kv) [v2]",
                "create app/D (sqlite) [v2]", "enable SQL for app/C [v2]",
            ]
        )
        #expect(plan.deletedClasses == [ClassKey(script: "app", name: "A")])
    }

    // Origin: "deleting / renaming an unknown class throws the two texts", "creating an existing class throws the two
    // texts (also across the two lists)".
    @Test(arguments: [
        (ClassChange.delete("X"), "Cannot apply deleted_classes migration to non-existent class X"),
        (.rename(from: "X", to: "Y"), "Cannot apply renamed_classes migration to non-existent class X"),
        (.create("KV", .keyValue), "Cannot apply new_classes migration to existing class KV"),
        (.create("SQL", .keyValue), "Cannot apply new_classes migration to existing class SQL"),
        (.create("SQL", .sql), "Cannot apply new_sqlite_classes migration to existing class SQL"),
        (.create("KV", .sql), "Cannot apply new_sqlite_classes migration to existing class KV"),
        (.rename(from: "KV", to: "SQL"), "Cannot apply renamed_classes migration onto existing class SQL"),
        (.rename(from: "KV", to: "KV"), "Cannot apply renamed_classes migration onto existing class KV"),
        (.enableSQL("X"), "Cannot apply enable_sqlite_classes migration to non-existent class X"),
        (
            .enableSQL("SQL"),
            "Cannot apply enable_sqlite_classes migration to class SQL, which has SQLite storage already"
        ),
    ])
    func `what cannot be applied is refused in the origin's words`(change: ClassChange, message: String) {
        let first = ClassMigration(tag: "v1", .create("KV", .keyValue), .create("SQL", .sql))
        let plan = makePlan(ClassHistory(), script(first, ClassMigration(tag: "v2", change)))
        #expect(plan.problems.map(\.message) == [message])
        #expect(plan.steps.count == 2)
        #expect(plan.problems.first?.fix.isEmpty == false)
    }

    // Origin: "rename carries the storage flavour".
    @Test(arguments: [StorageKind.keyValue, .sql])
    func `a rename keeps the storage`(storage: StorageKind) {
        let plan = makePlan(
            ClassHistory(),
            script(
                ClassMigration(tag: "v1", .create("A", storage)),
                ClassMigration(tag: "v2", .rename(from: "A", to: "B"))
            )
        )
        #expect(plan.history.scripts["app"]?.classes == ["B": storage])
    }

    @Test func `a name is free again after a deletion or a rename`() {
        let plan = makePlan(
            ClassHistory(),
            script(
                ClassMigration(tag: "v1", .create("A", .keyValue), .create("B", .keyValue)),
                ClassMigration(tag: "v2", .delete("A"), .rename(from: "B", to: "A")),
                ClassMigration(tag: "v3", .create("B", .sql)),
                ClassMigration(tag: "v4", .rename(from: "A", to: "Z"), .rename(from: "B", to: "A"))
            )
        )
        #expect(plan.problems.isEmpty)
        #expect(plan.history.scripts["app"]?.classes == ["Z": .keyValue, "A": .sql])
        #expect(plan.history.current(ClassKey(script: "app", name: "B")) == ClassKey(script: "app", name: "A"))
    }

    @Test func `a chain of renames is followed to its end, and a circle to none`() {
        let plan = makePlan(
            ClassHistory(),
            script(
                ClassMigration(tag: "v1", .create("A", .sql)),
                ClassMigration(tag: "v2", .rename(from: "A", to: "B")),
                ClassMigration(tag: "v3", .rename(from: "B", to: "C"))
            )
        )
        #expect(plan.history.current(ClassKey(script: "app", name: "A")) == ClassKey(script: "app", name: "C"))
        let key = ClassKey(script: "a", name: "X")
        let circle = ClassHistory(scripts: ["a": ScriptHistory(moved: ["X": key])])
        #expect(circle.current(key) == nil)
        #expect(circle.current(ClassKey(script: "b", name: "X")) == nil)
    }

    @Test func `errors say what became of a class`() {
        let plan = makePlan(
            ClassHistory(),
            script(
                ClassMigration(tag: "v1", .create("A", .sql), .create("B", .sql)),
                ClassMigration(tag: "v2", .rename(from: "A", to: "C"), .delete("B")),
                ClassMigration(tag: "v3", .delete("A"), .delete("B"), .delete("D"))
            )
        )
        #expect(
            plan.problems.map(\.fix) == [
                "A became C in an earlier migration; name that one.",
                "B was deleted in an earlier migration; name another.",
                "Check the spelling; the classes at this point are C.",
            ]
        )
    }

    @Test func `many classes are planned quickly, and many problems are cut short`() {
        let names = (0..<5_000).map { "C\($0)" }
        let create = ClassMigration(tag: "v1", entries: names.map { .init(.create($0, .sql)) })
        let good = makePlan(ClassHistory(), script(create))
        #expect(good.steps.count == 5_000)
        let again = ClassMigration(tag: "v2", entries: names.map { .init(.delete($0 + "x")) })
        let bad = makePlan(ClassHistory(), script(create, again))
        #expect(bad.problems.count == MigrationPlanner.problemsMax)
        #expect(bad.problems.first?.fix == "Check the spelling.")
    }

    @Test(arguments: [
        ("", "is empty"), ("a\0b", "contains a zero byte"), (String(repeating: "x", count: 510), "is too long"),
    ])
    func `a class without a name that can be written down is refused before the store is asked`(
        name: String,
        reason: String
    ) {
        let first = ClassMigration(tag: "v1", .create("A", .sql))
        let other = script("b", first)
        for change in [
            ClassChange.create(name, .sql), .create(name, .keyValue), .rename(from: "A", to: name),
            .transfer(from: "A", script: "b", to: name),
        ] {
            let plan = makePlan(history(after: other), script(first, ClassMigration(tag: "v2", change)))
            #expect(plan.codes == [.classNameInvalid])
            #expect(plan.problems.first?.message.contains(reason) == true)
            #expect(plan.words == ["create app/A (sqlite) [v1]"])
        }
        #expect(makePlan(ClassHistory(), exporting(ClassExport(name, .live(.sql)))).codes == [.classNameInvalid])
    }

    // MARK: Transfers

    private static let source = ClassMigration(tag: "v1", .create("Old", .keyValue), .create("Stay", .sql))
    private static let receive = ClassMigration(tag: "v1", .transfer(from: "Old", script: "a", to: "New"))

    @Test func `a transfer moves the class and its storage`() {
        let plan = makePlan(history(after: script("a", Self.source)), script("b", Self.receive))
        #expect(plan.words == ["transfer a/Old to b/New [v1]"])
        #expect(plan.problems.isEmpty)
        #expect(plan.history.scripts["a"]?.classes == ["Stay": .sql])
        #expect(plan.history.scripts["b"]?.classes == ["New": .keyValue])
        #expect(plan.history.current(ClassKey(script: "a", name: "Old")) == ClassKey(script: "b", name: "New"))
    }

    @Test func `a transfer waits for the other script's migrations, whatever the order of the scripts`() {
        let a = script("a", Self.source)
        let b = script("b", Self.receive)
        for plan in [makePlan(ClassHistory(), a, b), makePlan(ClassHistory(), b, a)] {
            #expect(plan.problems.isEmpty)
            #expect(plan.words.last == "transfer a/Old to b/New [v1]")
        }
    }

    @Test func `two scripts that wait for each other in turn both get through`() {
        let a = script(
            "a",
            ClassMigration(tag: "v1", .create("X", .sql)),
            ClassMigration(tag: "v2", .transfer(from: "Y", script: "b", to: "Y"))
        )
        let b = script(
            "b",
            ClassMigration(tag: "v1", .transfer(from: "X", script: "a", to: "X")),
            ClassMigration(tag: "v2", .create("Y", .sql))
        )
        let plan = makePlan(ClassHistory(), a, b)
        #expect(plan.problems.isEmpty)
        #expect(plan.words.last == "transfer b/Y to a/Y [v2]")
    }

    @Test func `two scripts that wait for each other for ever are both told`() {
        let a = script("a", ClassMigration(tag: "v1", .transfer(from: "Y", script: "b", to: "Y")))
        let b = script("b", ClassMigration(tag: "v1", .transfer(from: "X", script: "a", to: "X")))
        let plan = makePlan(ClassHistory(), a, b)
        #expect(plan.codes == [.classMissing, .classMissing])
    }

    @Test func `a transfer from nowhere or onto something is refused`() {
        #expect(makePlan(ClassHistory(), script("b", Self.receive)).codes == [.sourceScriptMissing])
        let unknown = ClassMigration(tag: "v1", .transfer(from: "Nobody", script: "a", to: "New"))
        let missing = makePlan(history(after: script("a", Self.source)), script("b", unknown))
        #expect(missing.codes == [.classMissing])
        #expect(missing.problems.first?.fix == "Check the spelling; the classes at this point are Old, Stay.")
        let taken = script("b", ClassMigration(tag: "v0", .create("New", .sql)), Self.receive)
        #expect(makePlan(history(after: script("a", Self.source)), taken).codes == [.targetOccupied])
    }

    @Test func `a history can be written down and read again`() throws {
        let history = history(
            after: script("a", Self.source),
            script("b", Self.receive, ClassMigration(tag: "v2", .rename(from: "New", to: "Newer"), .create("Z", .sql))),
            script("c", ClassMigration(tag: "v1", .create("Q", .keyValue)), ClassMigration(tag: "v2", .enableSQL("Q"))),
            script("d", ClassMigration(tag: "v1", .create("Q", .sql)), ClassMigration(tag: "v2", .delete("Q")))
        )
        #expect(try roundTrip(history) == history)
    }
}
