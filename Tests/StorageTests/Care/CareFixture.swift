import Glibc
import Testing

@testable import RoostStorage

/// A closed store on disk with something of everything: names, long keys, large values, alarms, databases.
final class CareFixture {
    let directory = TemporaryDirectory()
    var path: String { directory.path }
    static let counters = ClassKey(script: "app", name: "Counter")
    static let rooms = ClassKey(script: "app", name: "Room")

    /// The value that object 3 has under `marked`, and nobody else.
    static let marked = Array("a value that stands in the file just once".utf8)
    static let longKey = [UInt8](repeating: 9, count: 700)
    static let inBucket = Array("what is kept under a long key".utf8)
    static let inDatabase = "a line of text that only one database has"

    init() async throws {
        let store = try Store.open(directory: path)
        defer { store.close() }
        _ = try store.registerClass(Self.counters, storage: .keyValue, uniqueKey: "counters")
        _ = try store.registerClass(Self.rooms, storage: .sql, uniqueKey: "rooms")
        for number: UInt8 in 1...40 {
            var changes: [Change] = [.put("count", "\(number)"), .put("text", String(repeating: "x", count: 300))]
            if number == 3 { changes.append(.put(Array("marked".utf8), Self.marked)) }
            if number == 4 { changes.append(.put(Self.longKey, Self.inBucket)) }
            if number == 5 { changes.append(.put(Array("large".utf8), [UInt8](repeating: 5, count: 50_000))) }
            if number == 6 { changes.append(Self.alarm(1_700_000_000_000)) }
            try await Self.commit(to: store, Self.counters, number, changes)
        }
        for number: UInt8 in 1...3 {
            var changes = try BatchPages.changes(
                "CREATE TABLE lines (text TEXT NOT NULL, number INTEGER UNIQUE)",
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400) "
                    + "INSERT INTO lines SELECT 'line number ' || i, i FROM n"
            )
            if number == 2 {
                changes = try BatchPages.changes(
                    "CREATE TABLE lines (text TEXT NOT NULL, number INTEGER UNIQUE)",
                    "INSERT INTO lines VALUES ('\(Self.inDatabase)', 1)"
                )
            }
            try await Self.commit(to: store, Self.rooms, number, changes)
        }
    }

    static func alarm(_ due: Int64) -> Change {
        var payload: [UInt8] = []
        payload.append(bigEndian: due)
        return .put(.alarm, key: [], tag: .bytes, payload: payload)
    }

    static func id(_ number: UInt8) -> ObjectID {
        guard let id = ObjectID(bytes: [number] + [UInt8](repeating: 7, count: 31)) else {
            preconditionFailure("An id has 32 bytes.")
        }
        return id
    }

    static func name(_ number: UInt8) -> String { "tenant:\(number)" }

    private static func commit(to store: Store, _ key: ClassKey, _ number: UInt8, _ changes: [Change]) async throws {
        let batch = Batch(
            object: ObjectReference(classKey: key, id: id(number)),
            name: name(number),
            sequence: 1,
            changes: changes
        )
        let outcome = PendingOutcome()
        store.commit(batch, lane: CommitLane()) { outcome.resolve($0) }
        _ = try await outcome.value.get()
    }

    /// Changes tables behind the store's back.
    func rewrite(_ body: (inout LMDBTransaction) throws(StorageError) -> Void) throws {
        let engine = try LMDBEngine(directory: path, options: StoreOptions())
        defer { engine.close() }
        let outcome = engine.write { tables throws(StorageError) in
            for table in Table.fixed + [.data(1), .data(2)] { try tables.createTable(table) }
            try body(&tables)
            return .commit
        }
        guard case .committed = outcome else { throw StorageError(.io, "The tables could not be rewritten.") }
    }

    func verify(limit: Int = 100) throws -> VerifyReport {
        try StoreCare.verify(directory: path, limit: limit)
    }

    /// The error of looking the store over.
    func refusal() -> StorageError? {
        do {
            _ = try verify()
            return nil
        } catch {
            return error as? StorageError
        }
    }
}
