import RoostRuntime
import RoostStorage
import RoostTesting
import Testing

/// Deployments that are applied when a runtime starts.
struct DeploymentTests {
    @Test func `a renamed class keeps its objects, their ids, names and alarms`() async throws {
        let disk = MemoryDisk()
        var test: RoostTest? = try deployed(app(.newPad), CompiledClass(Pad.self), on: disk)
        let before = try #require(try test?.objects(of: Pad.self))
        try await before.get("mine").write("kept")
        try await before.get("mine").ringLater(60)
        let id = before.id(fromName: "mine").description
        test = nil

        let renamed = ClassMigration(tag: "v2", .rename(from: "Pad", to: "Page"))
        let next = try deployed(app(.newPad, renamed), CompiledClass(Pad.self, name: "Page"), on: disk)
        let pages = try next.objects(of: Pad.self)
        #expect(pages.id(fromName: "mine").description == id)
        #expect(try await pages.get("mine").text() == "kept")
        #expect(try next.roost.ids(of: Pad.self).map(\.description) == [id])
        #expect(try next.roost.ids(of: Pad.self).map(\.name) == ["mine"])
        await next.advance(by: .seconds(61))
        #expect(try await pages.get("mine").isRung())
    }

    @Test func `a class that gets SQL keeps its keys and has tables`() async throws {
        let disk = MemoryDisk()
        do {
            let test = try deployed(
                app(ClassMigration(tag: "v1", .create("Diary", .keyValue))),
                CompiledClass(Pad.self, name: "Diary"),
                on: disk
            )
            try await test.objects(of: Pad.self).get("a").write("a key")
        }
        let deployment = app(
            ClassMigration(tag: "v1", .create("Diary", .keyValue)),
            ClassMigration(tag: "v2", .enableSQL("Diary"))
        )
        let test = try deployed(deployment, CompiledClass(Diary.self), on: disk)
        let diary = try test.objects(of: Diary.self).get("a")
        try await diary.write("a row")
        #expect(try await diary.lines() == ["a row"])
        #expect(try await diary.key("text") == "a key")
    }

    @Test func `a transfer moves the class between scripts, and both may be deployed together`() async throws {
        let disk = MemoryDisk()
        do {
            let test = try deployed(app(.newPad), CompiledClass(Pad.self), on: disk)
            try await test.objects(of: Pad.self).get("a").write("moved")
        }
        let receiver = DeployedScript(
            name: "other",
            lifecycle: .migrations([ClassMigration(tag: "v1", .transfer(from: "Pad", script: "app", to: "Pad"))])
        )
        let both = Deployment(scripts: app(.newPad).scripts + [receiver])
        let test = try deployed(both, CompiledClass(Pad.self), on: disk)
        #expect(try test.store.classes().map(\.key) == [ClassKey(script: "other", name: "Pad")])
        #expect(try await test.objects(of: Pad.self).get("a").text() == "moved")
    }

    @Test func `a deletion with objects must be allowed by name, one without need not`() async throws {
        let disk = MemoryDisk()
        do {
            let test = try deployed(app(.newPad), CompiledClass(Pad.self), on: disk)
            try await test.objects(of: Pad.self).get("a").write("dear")
        }
        let renamed = ClassMigration(tag: "v2", .rename(from: "Pad", to: "Page"))
        let gone = app(.newPad, renamed, ClassMigration(tag: "v3", .delete("Page")))
        let error = try refusal(gone, on: disk)
        #expect(error?.code == .losesObjects)
        #expect(error?.message.contains("Deleting the class app/Page would lose all its objects.") == true)
        #expect(error?.message.contains("--allow-delete Page") == true)
        do {
            let kept = try deployed(app(.newPad), CompiledClass(Pad.self), on: disk)
            #expect(try kept.store.classes().count == 1)
        }
        for name in ["Pad", "app/Pad", "other/Page"] {
            #expect(try refusal(gone, on: disk, allowing: [name])?.code == .losesObjects)
        }
        for name in ["Page", "app/Page", nil] {
            let copy = MemoryDisk()
            do {
                let test = try deployed(app(.newPad), CompiledClass(Pad.self), on: copy)
                if name != nil { try await test.objects(of: Pad.self).get("a").write("not so dear") }
            }
            let test = try deployed(gone, on: copy, allowing: Set([name].compactMap(\.self)))
            #expect(try test.store.classes().isEmpty)
            #expect(try !test.store.hasDeletedClasses())
        }
    }

    @Test func `a new class of a name that a renamed one had gets ids of its own`() async throws {
        let disk = MemoryDisk()
        do { _ = try deployed(app(.newPad), CompiledClass(Pad.self), on: disk) }
        let again = ClassMigration(tag: "v2", .rename(from: "Pad", to: "Page"), .create("Pad", .sql))
        let test = try deployed(
            app(.newPad, again),
            CompiledClass(Pad.self, name: "Page"),
            CompiledClass(Diary.self, name: "Pad"),
            on: disk
        )
        let old = try test.objects(of: Pad.self).id(fromName: "x").description
        #expect(throws: RoostError.self) { try test.objects(of: Diary.self).id(fromString: old) }
    }

    @Test func `pending migrations are refused where they are to be, but for the first of a new script`() throws {
        let disk = MemoryDisk()
        do { _ = try deployed(app(.newPad), CompiledClass(Pad.self), on: disk, pending: .refuse) }
        do { _ = try deployed(app(.newPad), CompiledClass(Pad.self), on: disk, pending: .refuse) }
        let more = app(.newPad, ClassMigration(tag: "v2", .create("Diary", .sql)))
        let classes = [CompiledClass(Pad.self), CompiledClass(Diary.self)]
        let error = try refusal(more, classes[0], classes[1], on: disk, pending: .refuse)
        #expect(error?.code == .pending)
        #expect(error?.message.contains("create app/Diary (sqlite) [v2]") == true)
        #expect(try refusal(more, classes[0], classes[1], on: disk) == nil)
        // A script the store has never had concerns nobody, unless it takes a class from another one.
        let other = DeployedScript(
            name: "other",
            lifecycle: .migrations([ClassMigration(tag: "v1", .create("Pad", .keyValue))])
        )
        let taker = DeployedScript(
            name: "taker",
            lifecycle: .migrations([ClassMigration(tag: "v1", .transfer(from: "Pad", script: "app", to: "Pad"))])
        )
        let added = Deployment(scripts: more.scripts + [other])
        #expect(try refusal(added, classes[0], classes[1], on: disk, pending: .refuse) == nil)
        let taken = Deployment(scripts: [taker])
        #expect(try refusal(taken, classes[0], classes[1], on: disk, pending: .refuse)?.code == .pending)
    }

    @Test func `what stands in the way is told all at once, with a fix each`() throws {
        let deployment = app(
            ClassMigration(tag: "v1", .create("Diary", .keyValue), .create("Room", .sql)),
            bindings: [ObjectBinding(name: "HALL", className: "Hall", script: "app")]
        )
        let error = try refusal(deployment, CompiledClass(Diary.self), CompiledClass(Pad.self), on: MemoryDisk())
        #expect(error?.code == .impossible)
        #expect(error?.problems.map(\.code) == [.classNeverCreated, .sqlWithoutStorage, .classNotCompiled])
        let message = error?.message ?? ""
        #expect(message.contains("for 3 reasons"))
        #expect(message.contains("List it in `new_sqlite_classes` instead."))
        #expect(message.contains("Register it, or use one of: Diary, Pad."))
    }

    @Test func `a program registers no class beside those that migrations have made`() throws {
        let disk = MemoryDisk()
        let renamed = ClassMigration(tag: "v2", .rename(from: "Pad", to: "Page"))
        let gone = ClassMigration(tag: "v3", .create("Box", .keyValue))
        let last = ClassMigration(tag: "v4", .delete("Box"))
        do { _ = try deployed(app(.newPad, renamed, gone, last), CompiledClass(Pad.self, name: "Page"), on: disk) }
        var configuration = RoostConfiguration()
        configuration.script = "app"
        for (name, text) in [
            ("Pad", "It became app/Page in a migration; register it under that name."),
            ("Box", "It was deleted by a migration"),
            ("Pda", "register one of those there are: Page."),
        ] {
            let error = #expect(throws: RoostError.self) {
                try RoostTest(disk: disk, configuration: configuration) { try $0.register(Pad.self, name: name) }
            }
            #expect(error?.code == .classConflict)
            #expect(error?.message.contains(text) == true)
        }
        // Those that migrations have made it may, whatever their seed.
        _ = try RoostTest(disk: disk, configuration: configuration) { try $0.register(Pad.self, name: "Page") }
    }

    @Test func `classes that were registered by hand are adopted by the first migrations that explain them`()
        async throws
    {
        let disk = MemoryDisk()
        var configuration = RoostConfiguration()
        configuration.script = "app"
        do {
            let test = try RoostTest(disk: disk, configuration: configuration) { try $0.register(Pad.self) }
            try await test.objects(of: Pad.self).get("a").write("from before")
        }
        let deployment = app(.newPad, ClassMigration(tag: "v2", .rename(from: "Pad", to: "Page")))
        let test = try deployed(deployment, CompiledClass(Pad.self, name: "Page"), on: disk)
        #expect(try await test.objects(of: Pad.self).get("a").text() == "from before")
        let history = try ClassMigrator(store: test.store).history()
        #expect(history.scripts["app"]?.tags.map(\.tag) == ["v1", "v2"])
    }

    @Test func `a store of a newer program is left alone, by deployments and by registrations`() throws {
        let disk = MemoryDisk()
        do {
            let store = try Store.inMemory(on: disk)
            try store.changeClasses([], history: Array(#"{"format":2,"scripts":"unheard of"}"#.utf8), replacing: nil)
            store.close()
        }
        let error = try refusal(app(.newPad), CompiledClass(Pad.self), on: disk)
        #expect(error?.problems.map(\.code) == [.storeIsNewer])
        #expect(error?.message.contains("Run the newer program") == true)
        let other = #expect(throws: RoostError.self) { try RoostTest(disk: disk) { try $0.register(Pad.self) } }
        #expect(other?.message.contains("newer program") == true)
    }

    @Test func `a record that cannot be read is a damage, not a new store`() throws {
        let disk = MemoryDisk()
        do {
            let store = try Store.inMemory(on: disk)
            try store.changeClasses([], history: Array("{".utf8), replacing: nil)
            store.close()
        }
        #expect(try refusal(app(.newPad), CompiledClass(Pad.self), on: disk)?.underlying?.code == .corruption)
    }
}
