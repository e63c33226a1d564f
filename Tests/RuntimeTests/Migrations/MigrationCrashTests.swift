import RoostRuntime
import RoostStorage
import RoostTesting
import Testing

/// Migrations that are cut short: not begun, or complete.
struct MigrationCrashTests {
    private static let first = app(
        ClassMigration(
            tag: "v1",
            .create("Pad", .keyValue),
            .create("Counter", .keyValue),
            .create("Diary", .keyValue)
        )
    )
    private static let second = app(
        ClassMigration(
            tag: "v1",
            .create("Pad", .keyValue),
            .create("Counter", .keyValue),
            .create("Diary", .keyValue)
        ),
        ClassMigration(tag: "v2", .rename(from: "Pad", to: "Page"), .delete("Counter"), .enableSQL("Diary"))
    )

    /// A store with a few objects of each class.
    private static func world() async throws -> MemoryDisk {
        let disk = MemoryDisk()
        let test = try deployed(
            first,
            CompiledClass(Pad.self),
            CompiledClass(Counter.self),
            CompiledClass(Box.self, name: "Diary"),
            on: disk
        )
        for name in ["a", "b", "c"] {
            try await test.objects(of: Pad.self).get(name).write(name)
            try await test.objects(of: Pad.self).get(name).ringLater(60)
            _ = try await test.objects(of: Counter.self).get(name).increment()
        }
        return disk
    }

    @Test(arguments: [CrashMoment.beforeDurable, .afterDurable])
    func `whatever commit it dies at, the next start finds all of it or none and goes on`(
        moment: CrashMoment
    ) async throws {
        var crashes = 0
        for commit in 1...20 {
            let disk = try await Self.world()
            disk.crash(atCommit: disk.lastCommit + UInt64(commit), moment)
            let classes = [CompiledClass(Pad.self, name: "Page"), CompiledClass(Diary.self)]
            let store = try Store.inMemory(on: disk)
            let migrator = ClassMigrator(store: store)
            let plan = try migrator.plan(for: Self.second, program: classes.program)
            #expect(plan.steps.count == 3)
            do {
                try migrator.apply(plan, allowingDeletionOf: ["Counter"])
                try store.reclaimDeletedClasses()
            } catch { crashes += 1 }
            store.close()
            disk.clearFaults()

            let after = try Store.inMemory(on: disk)
            let tags = try ClassMigrator(store: after).history().scripts["app"]?.tags.map(\.tag)
            let keys = try after.classes().map(\.key.name)
            let isApplied = commit > 1 || moment == .afterDurable
            #expect(tags == (isApplied ? ["v1", "v2"] : ["v1"]))
            #expect(keys == (isApplied ? ["Page", "Diary"] : ["Pad", "Counter", "Diary"]))
            after.close()

            let test = try RoostTest(disk: disk) {
                try $0.deploy(Self.second, classes: classes, allowingDeletionOf: ["Counter"])
            }
            #expect(try !test.store.hasDeletedClasses())
            #expect(try test.roost.alarms(of: Pad.self).count == 3)
            await test.advance(by: .seconds(61))
            for name in ["a", "b", "c"] {
                let page = try test.objects(of: Pad.self).get(name)
                #expect(try await page.text() == name)
                #expect(try await page.isRung())
            }
            if crashes < commit { return }
        }
        Issue.record("So small a migration takes fewer commits.")
    }

    @Test func `a full disk leaves everything as it was, and the next start does it`() async throws {
        let disk = try await Self.world()
        disk.failCommits(1)
        let classes = [CompiledClass(Pad.self, name: "Page"), CompiledClass(Diary.self)]
        let store = try Store.inMemory(on: disk)
        let migrator = ClassMigrator(store: store)
        let plan = try migrator.plan(for: Self.second, program: classes.program)
        let error = #expect(throws: MigrationError.self) {
            try migrator.apply(plan, allowingDeletionOf: ["Counter"])
        }
        #expect(error?.underlying?.code == .diskFull)
        #expect(try migrator.plan(for: Self.second, program: classes.program) == plan)
        try migrator.apply(plan, allowingDeletionOf: ["Counter"])
        let outdated = #expect(throws: MigrationError.self) {
            try migrator.apply(plan, allowingDeletionOf: ["Counter"])
        }
        #expect(outdated?.code == .outdated)
        store.close()
    }
}
