import RoostRuntime
import RoostStorage
import RoostWrangler
import Testing

/// The mistakes people make with class migrations, from the text of a configuration to the refusal of a store.
struct FootGunTests {
    /// One mistake: what was applied, what is written now, and what is said.
    struct Mistake: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var applied = FootGunTests.both
        let now: String
        var program: MigrationPlanner.Program?
        /// Where the message points, and what it and the fix contain.
        let line: Int
        let message: String
        let fix: String
    }

    private static let head = "name = \"app\"\ncompatibility_date = \"2026-08-01\"\n"
    private static let one = "[[migrations]]\ntag = \"v1\"\nnew_classes = [\"Room\"]\n"
    private static let two = "[[migrations]]\ntag = \"v2\"\nnew_sqlite_classes = [\"Log\"]\n"
    private static let both = one + two

    private static func binding(_ lines: String...) -> String {
        "[durable_objects]\nbindings = [\(lines.joined(separator: ", "))]\n"
    }

    private static let mistakes = [
        Mistake(
            testDescription: "a tag edited after it was applied",
            now: one + two.replacing("Log", "Logs"),
            line: 6,
            message: "\"v2\" was edited after it was applied: it was [new SQLite class Log], and is now",
            fix: "Put it back as it was, and write the difference into a new migration at the end."
        ),
        Mistake(
            testDescription: "a tag removed",
            now: two,
            line: 3,
            message: "The migration \"v1\" was applied to the store but is not in the configuration any more.",
            fix: "Put it back as it was: [new class Room]."
        ),
        Mistake(
            testDescription: "tags reordered",
            now: two + one,
            line: 6,
            message: "applied as \"v1\", \"v2\" are listed as \"v2\", \"v1\".",
            fix: "Put them back into the order in which they were applied"
        ),
        Mistake(
            testDescription: "a class bound but never created",
            now: both + binding("{ name = \"HALL\", class_name = \"Hall\" }"),
            line: 10,
            message: "The class Hall is bound as HALL but was never created.",
            fix: "Add a migration at the end with `new_sqlite_classes = [\"Hall\"]`."
        ),
        Mistake(
            testDescription: "a binding left on a deleted class",
            now: both + "[[migrations]]\ntag = \"v3\"\ndeleted_classes = [\"Log\"]\n"
                + binding("{ name = \"LOG\", class_name = \"Log\" }"),
            line: 13,
            message: "The binding LOG was left on class Log, which is deleted.",
            fix: "Remove the binding, or do not delete the class."
        ),
        Mistake(
            testDescription: "new_classes where SQL is used, before it was applied",
            applied: "",
            now: one,
            program: ["Room": .sql],
            line: 5,
            message: "The class Room uses SQL but has legacy-kv storage",
            fix: "List it in `new_sqlite_classes` instead."
        ),
        Mistake(
            testDescription: "new_classes where SQL is used, after it was applied",
            applied: one,
            now: one,
            program: ["Room": .sql],
            line: 5,
            message: "The class Room uses SQL but has legacy-kv storage",
            fix: "`enable_sqlite_classes = [\"Room\"]`; its objects keep their keys."
        ),
        Mistake(
            testDescription: "a rename onto an existing class",
            now: both + "[[migrations]]\ntag = \"v3\"\nrenamed_classes = [{ from = \"Room\", to = \"Log\" }]\n",
            line: 11,
            message: "Cannot apply renamed_classes migration onto existing class Log",
            fix: "Delete or rename Log in an earlier migration, or choose another name."
        ),
        Mistake(
            testDescription: "two bindings that disagree",
            now: both
                + binding(
                    "{ name = \"X\", class_name = \"Room\" }",
                    "{ name = \"X\", class_name = \"Log\" }"
                ),
            line: 10,
            message: "X assigned to multiple Durable Object bindings.",
            fix: "Fix: Give each binding a name of its own."
        ),
    ]

    private static func read(_ text: String) throws -> Deployment {
        let script = try WranglerConfiguration.read(head + text, fileName: "wrangler.toml").script
        return Deployment(scripts: [script])
    }

    /// What is said of a mistake, by the reader or by the plan, with the place first.
    private static func refusal(of mistake: Mistake) throws -> [String] {
        let store = try Store.inMemory()
        defer { store.close() }
        let migrator = ClassMigrator(store: store)
        if !mistake.applied.isEmpty { try migrator.apply(migrator.plan(for: read(mistake.applied))) }
        let before = try store.classHistory()
        do {
            let plan = try migrator.plan(for: read(mistake.now), program: mistake.program)
            let error = #expect(throws: MigrationError.self) {
                try migrator.apply(plan, allowingDeletionOf: ["Log"])
            }
            #expect(error?.code == .impossible)
            #expect(try store.classHistory() == before)
            return plan.problems.map(\.description)
        } catch let error as WranglerError {
            return error.findings.filter { $0.severity == .error }.map(\.description)
        }
    }

    @Test(arguments: mistakes)
    func `a mistake is refused with its place and what to do`(_ mistake: Mistake) throws {
        let said = try Self.refusal(of: mistake)
        #expect(said.count == 1)
        let text = try #require(said.first)
        #expect(text.hasPrefix("wrangler.toml:\(mistake.line):"), "\(text)")
        #expect(text.contains(mistake.message), "\(text)")
        #expect(text.contains(mistake.fix), "\(text)")
    }

    @Test func `a store migrated by a newer program is refused before anything else is looked at`() throws {
        let store = try Store.inMemory()
        defer { store.close() }
        try store.changeClasses([], history: Array(#"{"format":99}"#.utf8), replacing: nil)
        let plan = try ClassMigrator(store: store).plan(for: Self.read(Self.both))
        #expect(plan.codes == [.storeIsNewer])
        #expect(plan.problems.first?.fix.contains("Run the newer program") == true)
    }

    @Test func `a store that was migrated further than the configuration goes says which tags it has had`() throws {
        let store = try Store.inMemory()
        defer { store.close() }
        let migrator = ClassMigrator(store: store)
        try migrator.apply(migrator.plan(for: Self.read(Self.both)))
        let plan = try migrator.plan(for: Self.read(Self.one))
        #expect(plan.codes == [.storeIsNewer])
        #expect(plan.problems.first?.message.contains("\"v2\" was applied after \"v1\"") == true)
    }
}

extension String {
    fileprivate func replacing(_ text: String, _ other: String) -> String {
        var result = self
        if let range = result.firstRange(of: text) { result.replaceSubrange(range, with: other) }
        return result
    }
}
