import Testing

@testable import RoostStorage

/// Giving back what deleted classes held.
struct ReclamationTests {
    @Test(arguments: Backend.allCases, [1, 2, 7, 1_000])
    func `in pieces of any size nothing of the class is left, and nothing else is touched`(
        backend: Backend,
        rows: Int
    ) async throws {
        let world = try await ClassWorld(backend, objects: 10)
        let others = try world.contents().filter { $0.contains("Counter") }
        let data = try world.rows(.data(1))
        try world.change(.delete(ClassWorld.rooms))
        let space = try world.store.reclaimDeletedClasses(rows: rows) { true }
        #expect(space.classes == 1)
        #expect(data > 0)
        #expect(space.rows == 30 + data)
        #expect(try world.contents().filter { $0.contains("Counter") } == others)
        #expect(try world.rows(.objects, .names, .alarms) == 30)
        #expect(try world.rows(.data(1)) == 0)
        #expect(try !world.store.hasDeletedClasses())
        let again = try world.store.reclaimDeletedClasses()
        #expect(again == ReclaimedSpace())
    }

    @Test(arguments: Backend.allCases)
    func `it goes on where it was stopped, after a restart as well`(backend: Backend) async throws {
        let world = try await ClassWorld(backend, objects: 10)
        try world.change(.delete(ClassWorld.rooms), .delete(ClassWorld.counters))
        var pieces = 0
        while try world.store.hasDeletedClasses() {
            _ = try world.store.reclaimDeletedClasses(rows: 4) { false }
            try world.reopen()
            pieces += 1
            try #require(pieces < 1_000)
        }
        #expect(pieces > 10)
        #expect(try world.rows(.objects, .names, .alarms) == 0)
    }

    @Test(arguments: [CrashMoment.beforeDurable, .afterDurable])
    func `a crash at any commit of it is one it goes on after`(moment: CrashMoment) async throws {
        for commit in 1...40 {
            let world = try await ClassWorld(.memory, objects: 5)
            try world.change(.delete(ClassWorld.rooms))
            world.disk.crash(atCommit: world.disk.lastCommit + UInt64(commit), moment)
            let isDone = (try? world.store.reclaimDeletedClasses(rows: 2) { true }) != nil
            try world.reopen()
            _ = try world.store.reclaimDeletedClasses(rows: 3) { true }
            #expect(try world.rows(.objects, .names, .alarms) == 15)
            if isDone { return }
        }
        Issue.record("Removing so little takes fewer commits.")
    }

    @Test func `a store is sound before, in the middle and afterwards`() async throws {
        let world = try await ClassWorld(.lmdb, objects: 10)
        try world.change(.delete(ClassWorld.rooms))
        for _ in 0..<6 {
            world.store.close()
            let report = try StoreCare.verify(directory: world.directory.path, limit: 10)
            #expect(report.isSound, "\(report.damages)")
            #expect(report.unusedPages == 0)
            #expect(report.classes == 1)
            try world.reopen()
            _ = try world.store.reclaimDeletedClasses(rows: 12) { false }
        }
        _ = try world.store.reclaimDeletedClasses()
        world.store.close()
        let found = try StoreCare.classes(directory: world.directory.path)
        #expect(found.records.map(\.key) == [ClassWorld.counters])
        #expect(found.history == Array("after".utf8))
        #expect(try StoreCare.verify(directory: world.directory.path, limit: 10).isSound)
        _ = try StoreCare.compact(directory: world.directory.path)
        try world.reopen()
        #expect(try world.rows(.objects, .names, .alarms) == 30)
    }

    @Test(arguments: Backend.allCases)
    func `a class that is deleted meanwhile goes too, with its alarms`(backend: Backend) async throws {
        let world = try await ClassWorld(backend, objects: 10)
        try world.change(.delete(ClassWorld.rooms))
        var pieces = 0
        var change: StorageError?
        _ = try world.store.reclaimDeletedClasses(rows: 6) {
            pieces += 1
            do throws(StorageError) {
                let history = try world.store.classHistory()
                let changes: [ClassDirectoryChange] = pieces == 6 ? [.delete(ClassWorld.counters)] : []
                try world.store.changeClasses(changes, history: [UInt8(pieces)], replacing: history)
            } catch {
                change = error
            }
            return true
        }
        #expect(change == nil)
        #expect(pieces > 6)
        #expect(try world.rows(.objects, .names, .alarms) == 0)
    }

    @Test func `other objects commit between the pieces`() async throws {
        let world = try await ClassWorld(.lmdb, objects: 10)
        try world.change(.delete(ClassWorld.rooms))
        var committed = 0
        let store = world.store
        _ = try store.reclaimDeletedClasses(rows: 3) {
            let done = BlockingFlag()
            let batch = Batch(
                object: ObjectReference(classKey: ClassWorld.counters, id: ClassWorld.id(1)),
                name: nil,
                sequence: UInt64(2 + committed),
                changes: [.put("value", "more")]
            )
            store.commit(batch, lane: CommitLane()) { _ in done.set() }
            done.wait()
            committed += 1
            return true
        }
        #expect(committed > 5)
        let counter = ObjectReference(classKey: ClassWorld.counters, id: ClassWorld.id(1))
        #expect(try store.info(of: counter)?.lastSequence == UInt64(1 + committed))
    }
}
