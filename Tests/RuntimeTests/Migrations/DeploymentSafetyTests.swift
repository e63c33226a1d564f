import RoostRuntime
import RoostStorage
import RoostTesting
import Testing

/// What a deployment must not do by itself, and what must not depend on how it is done.
struct DeploymentSafetyTests {
    private static let renamed = ClassMigration(tag: "v2", .rename(from: "Pad", to: "Page"))
    private static let deleted = ClassMigration(tag: "v2", .delete("Pad"))
    private static let again = ClassMigration(tag: "v3", .create("Pad", .sql))

    @Test func `where migrations must be approved a new store is made with all of its history`() async throws {
        let disk = MemoryDisk()
        let page = CompiledClass(Pad.self, name: "Page")
        do {
            let test = try deployed(app(.newPad, Self.renamed), page, on: disk, pending: .refuse)
            try await test.objects(of: Pad.self).get("a").write("first")
        }
        let more = app(.newPad, Self.renamed, ClassMigration(tag: "v3", .rename(from: "Page", to: "Leaf")))
        let leaf = CompiledClass(Pad.self, name: "Leaf")
        #expect(try refusal(more, leaf, on: disk, pending: .refuse)?.code == .pending)
        let test = try deployed(more, leaf, on: disk)
        #expect(try await test.objects(of: Pad.self).get("a").text() == "first")
    }

    @Test func `the ids of a class do not depend on how many migrations are applied at once`() throws {
        let slow = MemoryDisk()
        do { _ = try deployed(app(.newPad), CompiledClass(Pad.self), on: slow) }
        do { _ = try deployed(app(.newPad, Self.deleted), on: slow) }
        let single = try deployed(app(.newPad, Self.deleted, Self.again), CompiledClass(Pad.self), on: slow)
        let once = try deployed(app(.newPad, Self.deleted, Self.again), CompiledClass(Pad.self), on: MemoryDisk())
        #expect(try single.store.classes().map(\.uniqueKey) == once.store.classes().map(\.uniqueKey))
        #expect(try single.store.classes().count == 1)
    }

    @Test func `one name does not allow two classes to be deleted`() async throws {
        func scripts(_ migrations: ClassMigration...) -> Deployment {
            Deployment(
                scripts: ["one", "two"].map { DeployedScript(name: $0, lifecycle: .migrations([.newPad] + migrations)) }
            )
        }
        let disk = MemoryDisk()
        do {
            let test = try deployed(scripts(), CompiledClass(Pad.self), on: disk)
            try await test.objects(of: Pad.self).get("a").write("dear")
        }
        let gone = scripts(Self.deleted)
        let error = try refusal(gone, on: disk, allowing: ["Pad"])
        #expect(error?.code == .losesObjects)
        #expect(error?.message.contains("--allow-delete one/Pad") == true)
        #expect(try refusal(gone, on: disk, allowing: ["two/Pad"])?.code == .losesObjects)
        let test = try deployed(gone, on: disk, allowing: ["one/Pad"])
        #expect(try test.store.classes().isEmpty)
    }

    @Test func `a deleted class whose room cannot be given back yet does not hold up a start`() async throws {
        let disk = MemoryDisk()
        do {
            let test = try deployed(app(.newPad), CompiledClass(Pad.self), on: disk)
            try await test.objects(of: Pad.self).get("a").write("a row")
        }
        let gone = app(.newPad, Self.deleted)
        do {
            let store = try Store.inMemory(on: disk)
            defer { store.close() }
            let migrator = ClassMigrator(store: store)
            try migrator.apply(try migrator.plan(for: gone), allowingDeletionOf: ["Pad"])
            #expect(try store.hasDeletedClasses())
        }
        do {
            let store = try Store.inMemory(on: disk)
            defer { store.close() }
            let roost = Roost(
                store: store,
                seams: RuntimeSeams(clock: VirtualClock(), random: SeededRandomSource(seed: 1))
            )
            defer { roost.release() }
            disk.failCommits(1)
            try roost.deploy(gone, classes: [])
            #expect(try store.hasDeletedClasses())
        }
        let test = try deployed(gone, on: disk)
        #expect(try !test.store.hasDeletedClasses())
    }
}
