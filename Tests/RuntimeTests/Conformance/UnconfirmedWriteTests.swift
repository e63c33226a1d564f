import RoostRuntime
import RoostStorage
import RoostTesting
import Synchronization
import Testing

/// Which writes hold back what follows them.
///
/// Cases of `actor-sqlite-test.c++` carry their names.
struct UnconfirmedWriteTests {
    private static let unconfirmed = WriteOptions(allowUnconfirmed: true)
    private let belfry: Belfry

    init() throws {
        belfry = try Belfry()
        try belfry.inside { _, storage in try storage.put(["old 1": 1, "old 2": 2]) }
    }

    /// Whether what `body` does in one turn holds its reply back while the disk holds every commit.
    private func isHeld(_ body: @escaping @Sendable (ObjectStorage) throws -> Void) throws -> Bool {
        belfry.test.disk.holdCommits()
        let pending = try belfry.start { try body($1) }
        let isHeld = !pending.isDone
        belfry.test.disk.releaseCommits()
        belfry.test.settle()
        try pending.value()
        return isHeld
    }

    @Test func `allowUnconfirmed put does not block output gate`() throws {
        #expect(try !isHeld { try $0.put("a", 1, options: Self.unconfirmed) })
        #expect(try belfry.inside { try $1.get("a", as: Int.self) } == 1)
    }

    @Test func `confirmed put blocks output gate`() throws {
        #expect(try isHeld { try $0.put("a", 1) })
    }

    @Test func `mixed confirmed and unconfirmed writes in same transaction use output gate`() throws {
        #expect(
            try isHeld {
                try $0.put("a", 1, options: Self.unconfirmed)
                try $0.put("b", 1)
                try $0.put("c", 1, options: Self.unconfirmed)
            }
        )
    }

    @Test func `allowUnconfirmed delete does not block output gate`() throws {
        #expect(try !isHeld { try $0.delete("old 1", options: Self.unconfirmed) })
        #expect(try isHeld { try $0.delete("old 2") })
    }

    @Test func `allowUnconfirmed putMultiple does not block output gate`() throws {
        #expect(try !isHeld { try $0.put(["a": 1, "b": 2], options: Self.unconfirmed) })
        #expect(try isHeld { try $0.put(["a": 1, "b": 2]) })
    }

    @Test func `allowUnconfirmed deleteMultiple does not block output gate`() throws {
        #expect(try !isHeld { try $0.delete(["old 1", "none"], options: Self.unconfirmed) })
        #expect(try isHeld { try $0.delete(["old 2", "none"]) })
    }

    @Test func `unconfirmed write failure still breaks output gate`() throws {
        belfry.test.disk.holdCommits()
        let writing = try belfry.start { try $1.put("a", 1, options: Self.unconfirmed) }
        #expect(writing.isDone)
        let waiting = try belfry.start { try $1.put("b", 1) }
        belfry.test.disk.failCommits(1, with: StorageError(.diskFull, "The disk is full."))
        belfry.test.disk.releaseCommits()
        belfry.test.settle()
        #expect(throws: RoostError.self) { try waiting.value() }
        #expect(belfry.recorder.events.contains(.reset(belfry.name)))
        #expect(try belfry.inside { try $1.get("a", as: Int.self) } == nil)
    }

    @Test func `database write operations check for brokenness`() throws {
        let operations: [@Sendable (ObjectStorage) throws -> Void] = [
            { try $0.put("a", 1) }, { try $0.put(["a": 1]) }, { try $0.delete("a") }, { try $0.delete(["a"]) },
            { try $0.deleteAll() }, { try $0.setAlarm(after: .seconds(1)) }, { try $0.deleteAlarm() },
            { _ = try $0.get("a", as: Int.self) }, { _ = try $0.getAlarm() }, { try $0.transaction {} },
        ]
        let seen = Mutex<[String]>([])
        for operation in operations {
            let call = try belfry.start { bell, storage in
                do { try bell.context.abort("broken") } catch {}
                do {
                    try operation(storage)
                } catch let error as RoostError {
                    seen.withLock { $0.append(error.message) }
                }
            }
            let error = #expect(throws: RoostError.self) { try call.value() }
            #expect(error?.message == "broken")
        }
        #expect(seen.withLock { $0 } == Array(repeating: "broken", count: operations.count))
        #expect(try belfry.inside { try $1.get("a", as: Int.self) } == nil)
        #expect(try belfry.alarm() == nil)
    }

    // MARK: Alarms

    @Test func `allowUnconfirmed setAlarm with storage ops`() throws {
        #expect(
            try !isHeld {
                try $0.setAlarm(after: .seconds(5), options: Self.unconfirmed)
                try $0.put("a", 1, options: Self.unconfirmed)
            }
        )
        belfry.test.advance(by: .seconds(5))
        #expect(belfry.rings.count == 1)
    }

    @Test func `allowUnconfirmed setAlarm updating existing alarm`() throws {
        let first = try belfry.set(.seconds(5))
        #expect(try !isHeld { try $0.setAlarm(after: .seconds(3), options: Self.unconfirmed) })
        belfry.test.advance(by: .seconds(10))
        #expect(belfry.rings.map(\.scheduled) == [first - .seconds(2)])
    }

    @Test func `allowUnconfirmed setAlarm to later time`() throws {
        let first = try belfry.set(.seconds(5))
        #expect(try !isHeld { try $0.setAlarm(after: .seconds(8), options: Self.unconfirmed) })
        belfry.test.advance(by: .seconds(20))
        #expect(belfry.rings.map(\.scheduled) == [first + .seconds(3)])
    }

    // MARK: In explicit transactions

    @Test func `allowUnconfirmed put in explicit transaction does not block output gate`() throws {
        #expect(
            try !isHeld { storage in try storage.transaction { try storage.put("a", 1, options: Self.unconfirmed) } }
        )
    }

    @Test func `confirmed put in explicit transaction blocks output gate on commit`() throws {
        #expect(try isHeld { storage in try storage.transaction { try storage.put("a", 1) } })
    }

    @Test func `mixed confirmed and unconfirmed puts in explicit transaction use output gate`() throws {
        #expect(
            try isHeld { storage in
                try storage.transaction {
                    try storage.put("a", 1, options: Self.unconfirmed)
                    try storage.put("b", 1)
                }
            }
        )
    }

    @Test func `allowUnconfirmed delete in explicit transaction does not block output gate`() throws {
        let isHeld = try isHeld { storage in
            _ = try storage.transaction { try storage.delete("old 1", options: Self.unconfirmed) }
        }
        #expect(!isHeld)
    }

    @Test func `allowUnconfirmed putMultiple in explicit transaction does not block output gate`() throws {
        let isHeld = try isHeld { storage in
            try storage.transaction { try storage.put(["a": 1, "b": 2], options: Self.unconfirmed) }
        }
        #expect(!isHeld)
    }

    @Test func `allowUnconfirmed deleteMultiple in explicit transaction does not block output gate`() throws {
        let isHeld = try isHeld { storage in
            _ = try storage.transaction { try storage.delete(["old 1", "old 2"], options: Self.unconfirmed) }
        }
        #expect(!isHeld)
    }

    @Test func `allowUnconfirmed setAlarm in explicit transaction does not block output gate`() throws {
        let isHeld = try isHeld { storage in
            try storage.transaction { try storage.setAlarm(after: .seconds(9), options: Self.unconfirmed) }
        }
        #expect(!isHeld)
    }

    /// A transaction in a transaction, each with a put that is confirmed or not.
    private func isHeld(outer: Bool, inner: Bool) throws -> Bool {
        try isHeld { storage in
            try storage.transaction {
                try storage.put("outer", 1, options: WriteOptions(allowUnconfirmed: !outer))
                try storage.transaction {
                    try storage.put("inner", 1, options: WriteOptions(allowUnconfirmed: !inner))
                }
            }
        }
    }

    @Test func `nested transaction - unconfirmed child commit does not block output gate`() throws {
        #expect(try !isHeld(outer: false, inner: false))
    }

    @Test func `nested transaction - confirmed child propagates to parent commit`() throws {
        #expect(try isHeld(outer: false, inner: true))
    }

    @Test func `nested transaction - confirmed parent with unconfirmed child blocks output gate`() throws {
        #expect(try isHeld(outer: true, inner: false))
    }

    @Test func `nested transaction - deeply nested confirmed write propagates to root`() throws {
        #expect(
            try isHeld { storage in
                try storage.transaction {
                    try storage.put("a", 1, options: Self.unconfirmed)
                    try storage.transaction { try storage.transaction { try storage.put("b", 1) } }
                }
            }
        )
    }

    @Test func `nested transaction - rollback resets someWriteConfirmed flag`() throws {
        let isHeld = try isHeld { storage in
            try storage.transaction {
                try storage.put("outer", 1, options: Self.unconfirmed)
                try storage.transaction { transaction in
                    try storage.put("inner", 1)
                    try transaction.rollback()
                }
                try? storage.transaction {
                    try storage.put("inner", 2)
                    throw TestError.refused
                }
            }
        }
        #expect(!isHeld)
        #expect(try belfry.inside { _, storage in try storage.get("outer", as: Int.self) } == 1)
        #expect(try belfry.inside { _, storage in try storage.get("inner", as: Int.self) } == nil)
    }

    @Test func `nested transaction - a rollback keeps what was confirmed before it`() throws {
        let isHeld = try isHeld { storage in
            try storage.transaction {
                try storage.put("outer", 1)
                try storage.transaction { transaction in
                    try storage.put("inner", 1)
                    try transaction.rollback()
                }
            }
        }
        #expect(isHeld)
    }

    @Test func `explicit transaction - commit failure breaks output gate even for unconfirmed writes`() throws {
        belfry.test.disk.failCommits(1, with: StorageError(.diskFull, "The disk is full."))
        try belfry.inside { _, storage in
            try storage.transaction { try storage.put("a", 1, options: Self.unconfirmed) }
        }
        belfry.test.settle()
        #expect(belfry.recorder.events.contains(.reset(belfry.name)))
        #expect(try belfry.inside { try $1.get("a", as: Int.self) } == nil)
    }
}
