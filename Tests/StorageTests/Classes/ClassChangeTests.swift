import Testing

@testable import RoostStorage

/// What every backend must do when classes change.
struct ClassChangeTests {
    private static let halls = ClassKey(script: "other", name: "Hall")

    @Test(arguments: Backend.allCases)
    func `a class that is moved keeps its number, its key, and every object, id, name and alarm`(
        backend: Backend
    ) async throws {
        let world = try await ClassWorld(backend)
        let before = try world.contents()
        try world.change(.move(ClassWorld.rooms, to: Self.halls))
        let after = before.map { $0.replacing("app/Room", with: "other/Hall").replacing("before", with: "after") }
        #expect(try world.contents() == after)
        try world.reopen()
        #expect(try world.contents() == after)
        // Its objects go on: the sequence is known, and the name leads to the same id.
        let moved = ObjectReference(classKey: Self.halls, id: ClassWorld.id(1))
        #expect(try world.store.info(of: moved)?.lastSequence == 1)
        #expect(try world.store.number(of: ObjectReference(classKey: ClassWorld.rooms, id: moved.id)) == nil)
    }

    @Test(arguments: Backend.allCases)
    func `a chain of changes is one step, and names may be used again within it`(backend: Backend) async throws {
        let world = try await ClassWorld(backend)
        let spare = ClassKey(script: "app", name: "Spare")
        try world.change(
            .move(ClassWorld.rooms, to: spare),
            .move(ClassWorld.counters, to: ClassWorld.rooms),
            .move(spare, to: ClassWorld.counters),
            .create(spare, .sql, uniqueKey: "app-Spare")
        )
        let records = try world.store.classes()
        #expect(records.map(\.key) == [ClassWorld.counters, ClassWorld.rooms, spare])
        #expect(records.map(\.uniqueKey) == ["app-Room", "app-Counter", "app-Spare"])
        #expect(try world.store.names(of: ClassWorld.rooms, prefix: "", after: nil, limit: 1) == ["Counter:1"])
    }

    @Test(arguments: Backend.allCases)
    func `a class with keys and values gets SQL storage and keeps its objects`(backend: Backend) async throws {
        let world = try await ClassWorld(backend)
        let before = try world.contents()
        try world.change(.enableSQL(ClassWorld.rooms), remember: "before")
        #expect(
            try world.contents()
                == before.map {
                    $0.hasPrefix("class app/Room") ? $0.replacing("keyValue", with: "sql") : $0
                }
        )
        try world.reopen()
        #expect(try world.store.classes().map(\.storage) == [.sql, .keyValue])
    }

    @Test(arguments: Backend.allCases)
    func `a deleted class is gone at once, and its number is never given again`(backend: Backend) async throws {
        let world = try await ClassWorld(backend)
        let others = try world.contents().filter { $0.contains("Counter") }
        try world.change(.delete(ClassWorld.rooms))
        #expect(try world.contents().filter { $0.contains("Counter") } == others)
        #expect(try world.contents().allSatisfy { !$0.contains("Room") })
        #expect(try world.store.hasDeletedClasses())
        try world.change(.create(ClassWorld.rooms, .keyValue, uniqueKey: "app-Room"))
        #expect(try world.store.classes().map(\.number) == [2, 3])
        #expect(try world.store.objects(of: ClassWorld.rooms, after: nil, limit: 10).isEmpty)
        try await world.put(ClassWorld.rooms, 1)
        #expect(try world.store.names(of: ClassWorld.rooms, prefix: "", after: nil, limit: 10) == ["Room:1"])
    }

    @Test(arguments: Backend.allCases)
    func `what does not fit changes nothing at all`(backend: Backend) async throws {
        let world = try await ClassWorld(backend)
        let before = try world.contents()
        let missing = ClassKey(script: "app", name: "Missing")
        let wrong: [(ClassDirectoryChange, StorageError.Code)] = [
            (.move(missing, to: Self.halls), .notFound),
            (.move(ClassWorld.rooms, to: ClassWorld.counters), .invalid),
            (.delete(missing), .notFound),
            (.enableSQL(missing), .notFound),
            (.create(ClassWorld.rooms, .sql, uniqueKey: "x"), .invalid),
            (.create(ClassKey(script: "app", name: ""), .sql, uniqueKey: "x"), .invalid),
            (.move(ClassWorld.rooms, to: ClassKey(script: "a\0b", name: "C")), .invalid),
        ]
        for (change, code) in wrong {
            let error = #expect(throws: StorageError.self) { try world.change(.enableSQL(ClassWorld.counters), change) }
            #expect(error?.code == code)
            #expect(try world.contents() == before)
        }
        #expect(throws: StorageError(.invalid, "")) {
            try world.store.changeClasses([.delete(ClassWorld.rooms)], history: [], replacing: [1])
        }
        #expect(try world.contents() == before)
        // The store goes on.
        try world.change(.delete(ClassWorld.counters))
        #expect(try world.store.classes().count == 1)
    }

    @Test(arguments: Backend.allCases)
    func `a batch for a class that is gone fails alone`(backend: Backend) async throws {
        let world = try await ClassWorld(backend)
        try world.change(.delete(ClassWorld.rooms))
        let error = await #expect(throws: StorageError.self) { try await world.put(ClassWorld.rooms, 9) }
        #expect(error?.code == .notFound)
        try await world.put(ClassWorld.counters, 9)
    }

    @Test(arguments: [CrashMoment.beforeDurable, .afterDurable])
    func `a crash leaves the classes as they were or as they were to be`(moment: CrashMoment) async throws {
        let world = try await ClassWorld(.memory)
        let before = try world.contents()
        world.disk.crash(atCommit: world.disk.lastCommit + 1, moment)
        #expect(throws: StorageError(.closed, "")) {
            try world.change(
                .delete(ClassWorld.counters),
                .move(ClassWorld.rooms, to: Self.halls),
                .create(ClassWorld.rooms, .sql, uniqueKey: "new")
            )
        }
        try world.reopen()
        switch moment {
        case .beforeDurable: #expect(try world.contents() == before)
        case .afterDurable:
            #expect(try world.store.classes().map(\.key) == [Self.halls, ClassWorld.rooms])
            #expect(try world.store.classHistory() == Array("after".utf8))
        }
    }

    @Test func `a full disk changes nothing, and the same change works later`() async throws {
        let world = try await ClassWorld(.memory)
        let before = try world.contents()
        world.disk.failCommits(1)
        #expect(throws: StorageError(.diskFull, "")) { try world.change(.delete(ClassWorld.rooms)) }
        #expect(try world.contents() == before)
        try world.change(.delete(ClassWorld.rooms))
        #expect(try world.store.classes().count == 1)
    }
}

extension String {
    /// The text with every occurrence of one text replaced by another.
    func replacing(_ text: String, with other: String) -> String {
        var result = self
        while let range = result.firstRange(of: text) { result.replaceSubrange(range, with: other) }
        return result
    }
}
