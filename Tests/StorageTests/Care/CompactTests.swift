import Glibc
import Testing

@testable import RoostStorage

/// Making a store smaller.
struct CompactTests {
    private func digest(_ directory: String) throws -> StoreDigest {
        try StoreDigest(StoreSnapshot(directory: directory))
    }

    /// A store with many free pages.
    private func loosened() async throws -> CareFixture {
        let fixture = try await CareFixture()
        try fixture.rewrite { tables throws(StorageError) in
            for number: UInt8 in 0..<200 {
                try tables.put(.data(1), [255, number], [UInt8](repeating: 1, count: 9_000))
            }
        }
        try fixture.rewrite { tables throws(StorageError) in
            for number: UInt8 in 0..<200 { try tables.delete(.data(1), [255, number]) }
        }
        return fixture
    }

    @Test func `free pages are given back, and every row is kept`() async throws {
        let fixture = try await loosened()
        let before = try digest(fixture.path)
        chmod("\(fixture.path)/roost.mdb", 0o640)
        let report = try StoreCare.compact(directory: fixture.path)
        #expect(report.bytesAfter < report.bytesBefore / 2)
        #expect(report.bytesAfter == (try DataFile(directory: fixture.path).byteCount()))
        #expect(try digest(fixture.path) == before)
        #expect(try fixture.verify().isSound)
        #expect(try fixture.verify().freePages == 0)
        var information = stat()
        stat("\(fixture.path)/roost.mdb", &information)
        #expect(information.st_mode & 0o777 == 0o640)
        // The store goes on where it was.
        let store = try Store.open(directory: fixture.path)
        let object = ObjectReference(classKey: CareFixture.counters, id: CareFixture.id(3))
        #expect(try store.info(of: object)?.lastSequence == 1)
        store.close()
    }

    @Test(arguments: StoreCare.CompactionMoment.allCases)
    func `ending at any moment leaves the old file or the new one`(moment: StoreCare.CompactionMoment) async throws {
        let fixture = try await loosened()
        let before = try digest(fixture.path)
        let size = try DataFile(directory: fixture.path).byteCount()
        await #expect(processExitsWith: .exitCode(3)) {
            [path = fixture.path as String, moment = moment.rawValue as Int] in
            _ = try StoreCare.compact(directory: path) { if $0.rawValue == moment { _exit(3) } }
        }
        #expect(try digest(fixture.path) == before)
        let isNew = try DataFile(directory: fixture.path).byteCount() < size
        #expect(isNew == (moment == .replaced))
        // The next one who has the store clears up.
        try Store.open(directory: fixture.path).close()
        #expect(access("\(fixture.path)/\(StoreDirectory.unfinishedName)", F_OK) != 0)
        #expect(try digest(fixture.path).rows == before.rows)
    }

    @Test func `a store that somebody has, or looks into, is left alone`() async throws {
        let fixture = try await loosened()
        let store = try Store.open(directory: fixture.path)
        #expect(throws: StorageError(.inUse, "")) { try StoreCare.compact(directory: fixture.path) }
        store.close()
        let snapshot = try StoreSnapshot(directory: fixture.path)
        #expect(throws: StorageError(.inUse, "")) { try StoreCare.compact(directory: fixture.path) }
        withExtendedLifetime(snapshot) {}
    }

    @Test func `a store cannot be looked into while its file is replaced`() async throws {
        let fixture = try await loosened()
        let hold = try DirectoryHold(fixture.path, .exclusive)
        #expect(throws: StorageError(.inUse, "")) { try fixture.verify() }
        withExtendedLifetime(hold) {}
    }

    @Test func `a damaged store is left as it is`() async throws {
        let fixture = try await loosened()
        let surgery = try FileSurgery(fixture.path)
        let (page, _, _) = try surgery.leaf(.objects, Keyspace.objects(1).engineKey(CareFixture.id(3).bytes))
        surgery.flip(page: page, at: 10, mask: 0xFF)
        let size = try DataFile(directory: fixture.path).byteCount()
        #expect(throws: StorageError(.corruption, "")) { try StoreCare.compact(directory: fixture.path) }
        #expect(try DataFile(directory: fixture.path).byteCount() == size)
    }

    @Test func `a directory without a store is left as it is`() throws {
        let directory = TemporaryDirectory()
        #expect(throws: StorageError(.notFound, "")) { try StoreCare.compact(directory: directory.path) }
        #expect(throws: StorageError(.notFound, "")) { try StoreCare.verify(directory: directory.path, limit: 1) }
        #expect(throws: StorageError(.notFound, "")) { try StoreCare.survey(directory: "\(directory.path)/missing") }
        #expect(access("\(directory.path)/roost.lock", F_OK) != 0)
        #expect(access("\(directory.path)/roost.mdb", F_OK) != 0)
    }
}
