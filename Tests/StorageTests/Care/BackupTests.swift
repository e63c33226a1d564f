import Glibc
import Testing

@testable import RoostStorage

/// Copying a store.
struct BackupTests {
    private func refusal(_ body: () throws -> Void) -> StorageError? {
        do {
            try body()
            return nil
        } catch {
            return error as? StorageError
        }
    }

    private func digest(_ directory: String) throws -> StoreDigest {
        try StoreDigest(StoreSnapshot(directory: directory))
    }

    @Test func `a copy has every row, is sound and opens as a store`() async throws {
        let fixture = try await CareFixture()
        let place = TemporaryDirectory()
        let target = "\(place.path)/a/copy"
        let report = try StoreCare.backUp(directory: fixture.path, to: target)
        #expect(try digest(target) == digest(fixture.path))
        #expect(report.rows == (try digest(target)).rows)
        #expect(report.bytesAfter <= report.bytesBefore)
        #expect(try StoreCare.verify(directory: target, limit: 10).isSound)
        let store = try Store.open(directory: target)
        let object = ObjectReference(classKey: CareFixture.counters, id: CareFixture.id(3))
        #expect(try store.info(of: object)?.name == "tenant:3")
        store.close()
    }

    @Test func `nothing is ever overwritten`() async throws {
        let fixture = try await CareFixture()
        let before = try digest(fixture.path)
        let other = try await CareFixture()
        let onto = refusal { _ = try StoreCare.backUp(directory: other.path, to: fixture.path) }
        #expect(onto?.code == .foreignDirectory)
        #expect(onto?.message.contains("a store") == true)
        #expect(
            refusal { _ = try StoreCare.backUp(directory: fixture.path, to: fixture.path) }?.code == .foreignDirectory
        )
        #expect(try digest(fixture.path) == before)
        let place = TemporaryDirectory()
        place.write("mine", to: "letter.txt")
        let beside = refusal { _ = try StoreCare.backUp(directory: fixture.path, to: place.path) }
        #expect(beside?.message.contains("letter.txt") == true)
        #expect(access("\(place.path)/roost.mdb", F_OK) != 0)
    }

    @Test func `what an earlier backup left unfinished is no obstacle`() async throws {
        let fixture = try await CareFixture()
        let place = TemporaryDirectory()
        place.write("half", to: StoreDirectory.unfinishedName)
        _ = try StoreCare.backUp(directory: fixture.path, to: place.path)
        #expect(access("\(place.path)/\(StoreDirectory.unfinishedName)", F_OK) != 0)
        #expect(try StoreCare.verify(directory: place.path, limit: 10).isSound)
    }

    @Test func `a store whose pages cannot be followed is not copied, and nothing is left of the attempt`() async throws
    {
        let fixture = try await CareFixture()
        let surgery = try FileSurgery(fixture.path)
        let (page, _, _) = try surgery.leaf(.objects, Keyspace.objects(1).engineKey(CareFixture.id(3).bytes))
        surgery.flip(page: page, at: 10, mask: 0xFF)
        let place = TemporaryDirectory()
        let failure = refusal { _ = try StoreCare.backUp(directory: fixture.path, to: "\(place.path)/copy") }
        #expect(failure?.code == .corruption)
        #expect(access("\(place.path)/copy", F_OK) != 0)
    }

    @Test func `a value that lies outside the file is an error of the digest, not the end of the process`()
        async throws
    {
        let fixture = try await CareFixture()
        let surgery = try FileSurgery(fixture.path)
        let key = Keyspace.data(1, ObjectNumber(value: 5), .entries).engineKey(Array("large".utf8))
        let (page, leaf, node) = try surgery.leaf(.data(1), key)
        guard case .overflow(let first, _) = FilePages.value(of: node, in: leaf) else {
            Issue.record("A large value has pages of its own.")
            return
        }
        // All bits of the page's number.
        for byte in 0..<8 {
            let present = UInt8(truncatingIfNeeded: first >> (8 * byte))
            surgery.flip(page: page, at: node.data.lowerBound + byte, mask: ~present)
        }
        #expect(refusal { _ = try digest(fixture.path) }?.code == .corruption)
        #expect(try fixture.verify().isSound == false)
    }

    @Test func `a copy that does not fit on the disk is an error, and nothing is left of it`() async throws {
        let fixture = try await CareFixture()
        let place = TemporaryDirectory()
        await #expect(processExitsWith: .exitCode(7)) {
            [path = fixture.path as String, target = "\(place.path)/copy" as String] in
            FileLimit.set(bytes: 64 << 10)
            do throws(StorageError) {
                _ = try StoreCare.backUp(directory: path, to: target)
            } catch {
                _exit(error.code == .diskFull ? 7 : 8)
            }
        }
        #expect(access("\(place.path)/copy", F_OK) != 0)
    }

    @Test func `a file that is refused because it is open keeps its locks`() async throws {
        let test = try TestStore(.lmdb)
        try await test.object(1).put("a", "1")
        let path = test.directory.path
        let second = refusal { _ = try LMDBEnvironment(directory: path, options: StoreOptions()) }
        #expect(second?.code == .inUse)
        // A lock is seen by other processes only.
        await #expect(processExitsWith: .exitCode(3)) { [path = path as String] in
            let file = open("\(path)/roost.mdb-lock", O_RDWR)
            var lock = flock()
            lock.l_type = Int16(F_WRLCK)
            lock.l_whence = Int16(SEEK_SET)
            lock.l_len = 1
            guard file >= 0, fcntl(file, F_GETLK, &lock) == 0 else { _exit(5) }
            _exit(lock.l_type == Int16(F_UNLCK) ? 4 : 3)
        }
    }

    @Test func `a store that this process has open is refused instead of losing its locks`() async throws {
        let test = try TestStore(.lmdb)
        try await test.object(1).put("a", "1")
        let path = test.directory.path
        #expect(refusal { _ = try StoreCare.verify(directory: path, limit: 1) }?.code == .inUse)
        try await test.object(2).put("a", "1")
        test.store.close()
        #expect(try StoreCare.verify(directory: path, limit: 1).isSound)
    }
}
