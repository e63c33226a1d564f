import RoostRuntime
import RoostStorage
import RoostTesting
import Testing

/// `sync()`: what was written before it is durable when it returns.
///
/// Cases of `actor-sqlite-test.c++` and `actor-cache-test.c++` carry their names.
struct SyncTests {
    private static let unconfirmed = WriteOptions(allowUnconfirmed: true)
    private let belfry: Belfry

    init() throws { belfry = try Belfry() }

    /// Starts what `body` writes, and then a sync.
    private func syncing(_ body: @escaping @Sendable (ObjectStorage) throws -> Void) throws -> Pending<Void> {
        try belfry.start { _, storage in
            try body(storage)
            try await storage.sync()
        }
    }

    private func release() {
        belfry.test.disk.releaseCommits()
        belfry.test.settle()
    }

    @Test func `sync() returns immediately when no writes are pending`() throws {
        try belfry.inside { try $1.put("a", 1) }
        belfry.test.disk.holdCommits()
        let sync = try syncing { _ in }
        #expect(sync.isDone)
    }

    @Test func `sync() waits for confirmed writes to complete`() throws {
        belfry.test.disk.holdCommits()
        let sync = try syncing { try $0.put("a", 1) }
        #expect(!sync.isDone)
        release()
        try sync.value()
    }

    @Test func `sync() waits for unconfirmed writes to complete`() throws {
        belfry.test.disk.holdCommits()
        let sync = try syncing { try $0.put("a", 1, options: Self.unconfirmed) }
        #expect(!sync.isDone)
        release()
        try sync.value()
    }

    @Test func `sync() waits for multiple unconfirmed writes in a row`() throws {
        belfry.test.disk.holdCommits()
        for key in ["a", "b", "c"] { try belfry.inside { try $1.put(key, 1, options: Self.unconfirmed) } }
        let sync = try syncing { _ in }
        #expect(!sync.isDone)
        release()
        try sync.value()
        try belfry.test.test.crash()
        #expect(try belfry.inside { try $1.get(["a", "b", "c"], as: Int.self).count } == 3)
    }

    @Test func `sync() only waits for writes before it was called`() throws {
        let disk = belfry.test.disk
        disk.holdCommits()
        let sync = try syncing { try $0.put("a", 1, options: Self.unconfirmed) }
        #expect(!sync.isDone)
        release()
        #expect(sync.isDone)
        // A later write needs a sync of its own.
        disk.holdCommits()
        let later = try syncing { try $0.put("b", 1, options: Self.unconfirmed) }
        #expect(!later.isDone)
        release()
        #expect(later.isDone)
    }

    @Test func `sync() propagates commit errors`() throws {
        belfry.test.disk.failCommits(1, with: StorageError(.diskFull, "The disk is full."))
        let sync = try syncing { try $0.put("a", 1, options: Self.unconfirmed) }
        let error = #expect(throws: RoostError.self) { try sync.value() }
        #expect(error?.underlying?.code == .diskFull)
        #expect(belfry.recorder.events.contains(.reset(belfry.name)))
    }

    @Test func `sync() with mixed confirmed and unconfirmed writes`() throws {
        belfry.test.disk.holdCommits()
        let sync = try syncing {
            try $0.put("a", 1)
            try $0.put("b", 1, options: Self.unconfirmed)
        }
        #expect(!sync.isDone)
        release()
        try sync.value()
    }

    @Test func `multiple sync() calls for same commit`() throws {
        belfry.test.disk.holdCommits()
        try belfry.inside { try $1.put("a", 1, options: Self.unconfirmed) }
        let syncs = try (0..<3).map { _ in try syncing { _ in } }
        #expect(syncs.allSatisfy { !$0.isDone })
        release()
        for sync in syncs { try sync.value() }
    }

    @Test func `can wait for flush`() throws {
        belfry.test.disk.holdCommits()
        let scheduled = try syncing { try $0.put("a", 1, options: Self.unconfirmed) }
        let inFlight = try syncing { _ in }
        #expect(!scheduled.isDone && !inFlight.isDone)
        release()
        #expect(scheduled.isDone && inFlight.isDone)
        let idle = try syncing { _ in }
        #expect(idle.isDone)
    }
}
