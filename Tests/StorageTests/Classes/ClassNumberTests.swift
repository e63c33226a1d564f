import Testing

@testable import RoostStorage

/// The numbers of classes: a thousand at a time, and none with a past.
struct ClassNumberTests {
    private static let extra = ClassKey(script: "app", name: "Extra")

    /// A store with as many classes as it takes; `Room` has number 1, `Counter` number 2.
    private static func fullWorld(_ backend: Backend) async throws -> ClassWorld {
        let world = try await ClassWorld(backend)
        let history = try world.store.classHistory()
        let rest: [ClassDirectoryChange] = (3...Int(StorageLimits.classes)).map { number in
            .create(ClassKey(script: "many", name: "C\(number)"), .keyValue, uniqueKey: "many-\(number)")
        }
        try world.store.changeClasses(rest, history: [1], replacing: history)
        return world
    }

    private static func create(_ world: ClassWorld) throws {
        try world.change(.create(extra, .sql, uniqueKey: "app-Extra"))
    }

    /// Puts a row where only a mistake could have left one.
    private static func plant(_ table: Table, _ key: [UInt8], in world: ClassWorld) throws {
        guard case .memory(let engine) = world.store.engine else { preconditionFailure("Rows are planted in memory.") }
        let outcome = engine.write { tables throws(StorageError) in
            try tables.put(table, key, [1])
            return .commit
        }
        guard case .committed = outcome else { preconditionFailure("The disk in memory has no faults.") }
    }

    @Test(arguments: Backend.allCases)
    func `a full store says what to do, and changes nothing`(backend: Backend) async throws {
        let world = try await Self.fullWorld(backend)
        let before = try world.contents()
        let full = #expect(throws: StorageError(.tooLarge, "")) { try Self.create(world) }
        #expect(full?.message.contains("Delete some in a migration of its own and add others in a later one") == true)
        let register = #expect(throws: StorageError(.tooLarge, "")) {
            try world.store.registerClass(Self.extra, storage: .sql, uniqueKey: "app-Extra")
        }
        #expect(register?.message == full?.message)
        let both = #expect(throws: StorageError(.tooLarge, "")) {
            try world.change(.delete(ClassWorld.rooms), .create(Self.extra, .sql, uniqueKey: "app-Extra"))
        }
        #expect(both?.message.contains("something is left (1 now). Apply the deletion alone") == true)
        #expect(try world.contents() == before)
    }

    @Test(arguments: Backend.allCases)
    func `a number is given again when nothing of its class is left, and nothing of it is found`(
        backend: Backend
    ) async throws {
        let world = try await Self.fullWorld(backend)
        try world.change(.delete(ClassWorld.rooms))
        #expect(throws: StorageError(.tooLarge, "")) { try Self.create(world) }
        _ = try world.store.reclaimDeletedClasses()
        try Self.create(world)
        #expect(try world.store.classes().first { $0.key == Self.extra }?.number == 1)
        #expect(try world.store.objects(of: Self.extra, after: nil, limit: 10).isEmpty)
        // An object with an id that the old class had begins with its first batch, in the same process as well.
        try await world.put(Self.extra, 1)
        for _ in 0...1 {
            #expect(try world.store.names(of: Self.extra, prefix: "", after: nil, limit: 10) == ["Extra:1"])
            let own = try world.store.alarms(through: .max, limit: 100).filter { $0.object.classKey == Self.extra }
            #expect(own.map(\.object.id) == [ClassWorld.id(1)])
            #expect(try world.rows(.data(1)) == 3)
            try world.reopen()
        }
        guard backend == .lmdb else { return }
        world.store.close()
        #expect(try StoreCare.verify(directory: world.directory.path, limit: 10).isSound)
    }

    @Test(arguments: [
        Table.objects, .names, .data(1), .alarms,
    ])
    func `a number with which a row is left, in whatever table, is not given`(table: Table) async throws {
        let world = try await Self.fullWorld(.memory)
        try world.change(.delete(ClassWorld.rooms))
        _ = try world.store.reclaimDeletedClasses()
        let isListed = table == .alarms
        let key =
            isListed
            ? AlarmIndex.key(due: 5, classNumber: 1, object: ObjectNumber(value: 9), alarmKey: [])
            : [0, 0, 0, 1, 7]
        try Self.plant(table, key, in: world)
        #expect(throws: StorageError(.tooLarge, "")) { try Self.create(world) }
        // Another one is.
        try world.change(.delete(ClassWorld.counters))
        _ = try world.store.reclaimDeletedClasses()
        try Self.create(world)
        #expect(try world.store.classes().first { $0.key == Self.extra }?.number == 2)
    }

    @Test func `a number that is given again and deleted again while others are removed leaves nothing`() async throws {
        let world = try await Self.fullWorld(.memory)
        try world.change(.delete(ClassWorld.rooms), .delete(ClassWorld.counters))
        var turns = 0
        let store = world.store
        _ = try store.reclaimDeletedClasses(rows: 2) {
            let left = try? store.read { transaction throws(StorageError) in
                try DeletedClasses.numbers(in: transaction.backing)
            }
            guard left == [2], turns == 0 else { return true }
            turns += 1
            do {
                try Self.create(world)
                let done = BlockingFlag()
                var due: [UInt8] = []
                due.append(bigEndian: Int64(1))
                let batch = Batch(
                    object: ObjectReference(classKey: Self.extra, id: ClassWorld.id(1)),
                    name: "late",
                    sequence: 1,
                    changes: [.put(.alarm, key: [], tag: .bytes, payload: due)]
                )
                store.commit(batch, lane: CommitLane()) { _ in done.set() }
                done.wait()
                try world.change(.delete(Self.extra))
            } catch {
                Issue.record(error)
            }
            return true
        }
        #expect(turns == 1)
        #expect(try world.rows(.objects, .names, .alarms, .data(1), .data(2)) == 0)
        #expect(try !store.hasDeletedClasses())
    }
}
