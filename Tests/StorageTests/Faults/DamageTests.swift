import Glibc
import Testing

@testable import RoostStorage

/// Damage in the file that an open store comes upon.
struct DamageTests {
    private func error(_ body: () throws -> Void) -> StorageError? {
        do {
            try body()
            return nil
        } catch {
            return error as? StorageError
        }
    }

    private func object(_ number: UInt8, of key: ClassKey = CareFixture.counters) -> ObjectReference {
        ObjectReference(classKey: key, id: CareFixture.id(number))
    }

    private func value(_ store: Store, _ classNumber: UInt32, _ object: UInt64, _ space: Space, _ key: [UInt8]) throws
        -> Int?
    {
        try store.read { transaction throws(StorageError) in
            try transaction.withValue(
                classNumber: classNumber,
                object: ObjectNumber(value: object),
                space: space,
                key: key
            ) { $1.byteCount }
        }
    }

    private func damage(_ fixture: CareFixture, _ rows: Keyspace, _ key: [UInt8]) throws {
        let surgery = try FileSurgery(fixture.path)
        let (number, page, node) = try surgery.leaf(rows.table, rows.engineKey(key))
        if case .overflow(let first, let count) = FilePages.value(of: node, in: page) {
            surgery.flip(page: first, at: 16 + count - 1)
        } else {
            surgery.flip(page: number, at: node.data.upperBound - 1)
        }
    }

    /// Makes the page that holds a counter's values one that is none.
    private func breakCounter(_ object: UInt64, _ fixture: CareFixture) throws {
        let surgery = try FileSurgery(fixture.path)
        let key = Keyspace.data(1, ObjectNumber(value: object), .entries).engineKey(Array("marked".utf8))
        let (number, _, _) = try surgery.leaf(.data(1), key)
        surgery.flip(page: number, at: 10, mask: 2)
    }

    @Test func `a flipped bit in a page of a database is an error that names the object`() async throws {
        let fixture = try await CareFixture()
        try damage(fixture, .data(2, ObjectNumber(value: 42), .pages), [0, 0, 0, 2])
        let store = try Store.open(directory: fixture.path)
        defer { store.close() }
        let found = error { _ = try value(store, 2, 42, .pages, [0, 0, 0, 2]) }
        #expect(found?.code == .corruption)
        #expect(found?.message.contains(CareFixture.id(2).description) == true)
        #expect(found?.message.contains("Room") == true)
        let pages = StorePages(store, classNumber: 2, object: 42)
        let database = try SQLDatabase(pages: pages, limits: .roost, now: { 0 }, random: { 0 })
        do {
            let rows = try database.execute("SELECT text FROM lines")
            while try rows.next() != nil {}
            Issue.record("A damaged page was read.")
        } catch {
            #expect(error.cause?.code == .corruption)
            #expect(error.cause?.message.contains(CareFixture.id(2).description) == true)
        }
        database.discard()
        // The next object's database is whole.
        let other = try SQLDatabase(
            pages: StorePages(store, classNumber: 2, object: 43),
            limits: .roost,
            now: { 0 },
            random: { 0 }
        )
        #expect(try other.execute("SELECT count(*) FROM lines").next() == [.integer(400)])
        other.discard()
    }

    @Test func `a flipped bit in the directory of objects is an error that names the object`() async throws {
        let fixture = try await CareFixture()
        try damage(fixture, .objects(1), CareFixture.id(7).bytes)
        let store = try Store.open(directory: fixture.path)
        defer { store.close() }
        for found in [error { _ = try store.number(of: object(7)) }, error { _ = try store.info(of: object(7)) }] {
            #expect(found?.code == .corruption)
            #expect(found?.message.contains(CareFixture.id(7).description) == true)
        }
        #expect(try store.info(of: object(8))?.name == "tenant:8")
        // Nothing is written for an object that is not known any more; the others go on.
        let outcome = PendingOutcome()
        let batch = Batch(object: object(7), name: nil, sequence: 2, changes: [.put("a", "1")])
        store.commit(batch, lane: CommitLane()) { outcome.resolve($0) }
        #expect(await outcome.error?.code == .corruption)
        let message1 = await outcome.error?.message ?? ""
        #expect(message1.contains(CareFixture.id(7).description))
        #expect(store.status == .ok)
    }

    @Test func `a flipped bit in the index of names or the list of alarms is an error of that listing`() async throws {
        let fixture = try await CareFixture()
        try damage(fixture, .names(1), Array("tenant:9".utf8))
        let alarm = AlarmIndex.key(due: 1_700_000_000_000, classNumber: 1, object: ObjectNumber(value: 6), alarmKey: [])
        try damage(fixture, .alarms, alarm)
        let store = try Store.open(directory: fixture.path)
        defer { store.close() }
        let names = error { _ = try store.names(of: CareFixture.counters, prefix: "", after: nil, limit: 100) }
        #expect(names?.code == .corruption)
        #expect(error { _ = try store.alarms(through: .max, limit: 100) }?.code == .corruption)
        let outcome = PendingOutcome()
        let batch = Batch(object: object(8), name: nil, sequence: 2, changes: [CareFixture.alarm(1_700_000_000_001)])
        store.commit(batch, lane: CommitLane()) { outcome.resolve($0) }
        _ = try await outcome.value.get()
        var damaged = 0
        let others = try store.alarms(after: nil, limit: 100) { if $0.code == .corruption { damaged += 1 } }
        #expect(damaged == 1)
        #expect(others.map(\.number) == [ObjectNumber(value: 8)])
        #expect(try store.names(of: CareFixture.counters, prefix: "tenant:3", after: nil, limit: 2).count == 2)
        #expect(try store.info(of: object(9))?.name == "tenant:9")
    }

    @Test func `a page that is none is an error; other tables are read, and other objects written`() async throws {
        let fixture = try await CareFixture()
        try breakCounter(3, fixture)
        let store = try Store.open(directory: fixture.path)
        defer { store.close() }
        let found = error { _ = try value(store, 1, 3, .entries, Array("marked".utf8)) }
        #expect(found?.code == .corruption)
        #expect(found?.message.contains(CareFixture.id(3).description) == true)
        #expect(try value(store, 1, 38, .entries, Array("text".utf8)) == 300)
        // Both in one group: only the one whose pages are damaged fails.
        let outcomes = [(3, CareFixture.counters), (1, CareFixture.rooms)].map { (number: UInt8, key: ClassKey) in
            let outcome = PendingOutcome()
            let batch = Batch(object: object(number, of: key), name: nil, sequence: 2, changes: [.put("a", "1")])
            store.commit(batch, lane: CommitLane()) { outcome.resolve($0) }
            return outcome
        }
        #expect(await outcomes[0].error?.code == .corruption)
        let message2 = await outcomes[0].error?.message ?? ""
        #expect(message2.contains(CareFixture.id(3).description))
        _ = try await outcomes[1].value.get()
        #expect(store.status == .ok)
        #expect(try store.info(of: object(1, of: CareFixture.rooms))?.lastSequence == 2)
    }

    @Test func `a damaged page of a deleted class keeps its room from being given back, and nobody from writing`()
        async throws
    {
        let fixture = try await CareFixture()
        try breakCounter(3, fixture)
        let store = try Store.open(directory: fixture.path)
        defer { store.close() }
        try store.changeClasses([.delete(CareFixture.counters)], history: [1], replacing: try store.classHistory())
        #expect(error { _ = try store.reclaimDeletedClasses() }?.code == .corruption)
        // What the writer removes by itself fails in the same way.
        try store.beginReclaimingDeletedClasses()
        store.waitForReclamation()
        #expect(try store.hasDeletedClasses())
        let outcome = PendingOutcome()
        let batch = Batch(object: object(1, of: CareFixture.rooms), name: nil, sequence: 2, changes: [.put("a", "1")])
        store.commit(batch, lane: CommitLane()) { outcome.resolve($0) }
        _ = try await outcome.value.get()
        #expect(store.status == .ok)
    }

    @Test func `a length that leads beyond the pages of a value is an error, not the end of the process`() async throws
    {
        let fixture = try await CareFixture()
        let surgery = try FileSurgery(fixture.path)
        let key = Keyspace.data(1, ObjectNumber(value: 5), .entries).engineKey(Array("large".utf8))
        let (number, _, node) = try surgery.leaf(.data(1), key)
        // The highest bits of the length, which stand four and eight bytes before the key.
        surgery.flip(page: number, at: node.key.lowerBound - 8 + 3, mask: 0x40)
        let store = try Store.open(directory: fixture.path)
        defer { store.close() }
        #expect(error { _ = try value(store, 1, 5, .entries, Array("large".utf8)) }?.code == .corruption)
        #expect(try value(store, 1, 7, .entries, Array("count".utf8)) == 1)
    }
}
