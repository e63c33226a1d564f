import Glibc
import Testing

@testable import RoostStorage

/// What a deletion costs, and what it gives back.
struct DeletionSizeTests {
    private static let doomed = ClassKey(script: "app", name: "Doomed")
    /// How many objects; with `ROOST_DELETED_OBJECTS=1000000` the second test shows how long a million takes.
    private static let objects = getenv("ROOST_DELETED_OBJECTS").flatMap { Int(String(cString: $0)) } ?? 5_000

    private static func fill(_ store: Store) async throws {
        // No more at once than may wait for the writer.
        for first in stride(from: 1, through: objects, by: 5_000) {
            await withCheckedContinuation { continuation in
                let last = min(first + 4_999, objects)
                for number in first...last {
                    store.commit(batch(number), lane: CommitLane()) { _ in
                        if number == last { continuation.resume() }
                    }
                }
            }
        }
    }

    private static func batch(_ number: Int) -> Batch {
        var bytes = [UInt8](repeating: 0, count: 32)
        for place in 0..<4 { bytes[place] = UInt8(truncatingIfNeeded: number >> (8 * place)) }
        guard let id = ObjectID(bytes: bytes) else { preconditionFailure("An id has 32 bytes.") }
        var due: [UInt8] = []
        due.append(bigEndian: Int64(number))
        return Batch(
            object: ObjectReference(classKey: doomed, id: id),
            name: "doomed:\(number)",
            sequence: 1,
            changes: [
                .put(.entries, key: [1], tag: .bytes, payload: [UInt8](repeating: 3, count: 200)),
                .put(.alarm, key: [], tag: .bytes, payload: due),
            ]
        )
    }

    private static func size(of path: String) -> Int {
        var information = stat()
        return stat("\(path)/roost.mdb", &information) == 0 ? Int(information.st_size) : 0
    }

    private static func change(_ store: Store, _ changes: ClassDirectoryChange...) throws {
        let history = try store.classHistory()
        try store.changeClasses(changes, history: [1], replacing: history)
    }

    @Test func `the transaction touches nothing of the objects, and what follows is bounded`() async throws {
        let disk = MemoryDisk()
        let store = try Store.inMemory(on: disk)
        defer { store.close() }
        try Self.change(store, .create(Self.doomed, .keyValue, uniqueKey: "doomed"))
        try await Self.fill(store)
        let before = disk.lastCommit
        try Self.change(store, .delete(Self.doomed))
        #expect(disk.lastCommit == before + 1)
        #expect(try store.alarms(through: .max, limit: 10).isEmpty)
        let space = try store.reclaimDeletedClasses(rows: 1_000) { true }
        // An alarm, a name and a place in the directory; a value, the alarm as the object has it, and its metadata.
        #expect(space.rows == 6 * Self.objects)
        #expect(space.commits <= space.rows / 1_000 + 3)
    }

    @Test func `the room of a deleted class is used again, and given back when the store is compacted`() async throws {
        let directory = TemporaryDirectory()
        let store = try Store.open(directory: directory.path)
        defer { store.close() }
        try Self.change(store, .create(Self.doomed, .keyValue, uniqueKey: "doomed"))
        try await Self.fill(store)
        let once = Self.size(of: directory.path)
        for _ in 1...(Self.objects > 100_000 ? 1 : 3) {
            let clock = ContinuousClock()
            let deletion = try clock.measure {
                try Self.change(store, .delete(Self.doomed), .create(Self.doomed, .keyValue, uniqueKey: "doomed"))
            }
            let removal = try clock.measure { try store.reclaimDeletedClasses() }
            if Self.objects > 100_000 {
                print("\(Self.objects) objects: deleted in \(deletion), removed in \(removal)")
            }
            try await Self.fill(store)
        }
        #expect(Self.size(of: directory.path) < 2 * once)
        try Self.change(store, .delete(Self.doomed))
        _ = try store.reclaimDeletedClasses()
        store.close()
        let full = Self.size(of: directory.path)
        _ = try StoreCare.compact(directory: directory.path)
        let empty = Self.size(of: directory.path)
        #expect(empty < full / 10)
        if Self.objects > 100_000 { print("\(once) bytes with the class, \(full) without it, \(empty) compacted") }
    }
}
