import Testing

@testable import RoostStorage

/// Removing what deleted classes have left while the store is used.
struct RemovalTests {
    private static let doomed = ClassKey(script: "app", name: "Doomed")
    /// Enough for several pieces.
    private static let objects = 3_000

    /// A store from which a class with many objects was deleted.
    private static func world(_ backend: Backend) async throws -> ClassWorld {
        let world = try await ClassWorld(backend)
        try world.change(.create(doomed, .keyValue, uniqueKey: "app-Doomed"))
        let store = world.store
        await withCheckedContinuation { continuation in
            for number in 1...objects {
                store.commit(batch(number), lane: CommitLane()) { _ in
                    if number == objects { continuation.resume() }
                }
            }
        }
        try world.change(.delete(doomed))
        return world
    }

    private static func batch(_ number: Int) -> Batch {
        var bytes = [UInt8](repeating: 0, count: 32)
        for place in 0..<4 { bytes[place] = UInt8(truncatingIfNeeded: number >> (8 * place)) }
        guard let id = ObjectID(bytes: bytes) else { preconditionFailure("An id has 32 bytes.") }
        return Batch(
            object: ObjectReference(classKey: doomed, id: id),
            name: "doomed:\(number)",
            sequence: 1,
            changes: [.put(.entries, key: [1], tag: .bytes, payload: bytes)]
        )
    }

    /// Rows of the two classes that are still there: six objects with a name and an alarm each.
    private static let rest = 18

    @Test func `whoever asks for it does not wait for it`() async throws {
        let world = try await Self.world(.lmdb)
        let store = world.store
        store.queue.setHeld(true)
        try store.beginReclaimingDeletedClasses()
        #expect(try store.hasDeletedClasses())
        #expect(try world.rows(.objects, .names, .alarms) == Self.rest + 2 * Self.objects)
        store.queue.setHeld(false)
        store.waitForReclamation()
        #expect(try !store.hasDeletedClasses())
        #expect(try world.rows(.objects, .names, .alarms) == Self.rest)
    }

    @Test func `objects commit meanwhile, and reading goes on`() async throws {
        let world = try await Self.world(.lmdb)
        try world.store.beginReclaimingDeletedClasses()
        for number in 10...40 as ClosedRange<UInt8> {
            try await world.put(ClassWorld.counters, number)
            #expect(try world.store.objects(of: Self.doomed, after: nil, limit: 1).isEmpty)
        }
        world.store.waitForReclamation()
        #expect(try !world.store.hasDeletedClasses())
        #expect(try world.store.objects(of: ClassWorld.counters, after: nil, limit: 100).count == 34)
        world.store.close()
        #expect(try StoreCare.verify(directory: world.directory.path, limit: 10).isSound)
    }

    @Test func `closing the store ends it, and whoever opens it next goes on`() async throws {
        let world = try await Self.world(.lmdb)
        try world.store.beginReclaimingDeletedClasses()
        try world.reopen()
        // However far it came.
        try world.store.beginReclaimingDeletedClasses()
        try world.change(.delete(ClassWorld.rooms))
        try world.store.beginReclaimingDeletedClasses()
        world.store.waitForReclamation()
        #expect(try !world.store.hasDeletedClasses())
        #expect(try world.rows(.objects, .names, .alarms) == Self.rest / 2)
    }

    @Test func `a full disk holds it up until something can be committed again`() async throws {
        let world = try await Self.world(.memory)
        let queue = world.store.queue
        world.disk.failCommits(1)
        queue.beginRemoval()
        queue.waitForRemoval()
        #expect(try world.store.hasDeletedClasses())
        #expect(world.store.status == .ok)
        try await world.put(ClassWorld.counters, 10)
        queue.waitForRemoval()
        #expect(try !world.store.hasDeletedClasses())
        #expect(try world.store.classes().count == 2)
    }

    @Test func `a crash in the middle of it is one like any other`() async throws {
        let world = try await Self.world(.memory)
        world.disk.crash(atCommit: world.disk.lastCommit + 2, .afterDurable)
        world.store.queue.beginRemoval()
        world.store.queue.waitForRemoval()
        try world.reopen()
        _ = try world.store.reclaimDeletedClasses()
        #expect(try world.rows(.objects, .names, .alarms) == Self.rest)
    }
}
