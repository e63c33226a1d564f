import Glibc
import Testing

@testable import RoostStorage

/// Directories and files that cannot be opened, or must not be.
struct OpeningFaultTests {
    private func refusal(_ path: String) -> StorageError? {
        do throws(StorageError) {
            try Store.open(directory: path).close()
            return nil
        } catch {
            return error
        }
    }

    @Test func `a file that is cut off is refused, wherever it is cut`() async throws {
        let fixture = try await CareFixture()
        let path = "\(fixture.path)/roost.mdb"
        let size = try DataFile(path: path).byteCount()
        for cut in [
            size - 1, size - 4_096, size / 2 / 4_096 * 4_096, size / 3, 12_288, 8_192, 8_191, 5_000, 4_096, 160,
        ] {
            #expect(truncate(path, off_t(cut)) == 0)
            let refused = refusal(fixture.path)
            #expect(refused?.code == .corruption, "cut at \(cut)")
            #expect(fixture.refusal()?.code == .corruption, "cut at \(cut)")
        }
        #expect(truncate(path, 4_096 * 3) == 0)
        #expect(refusal(fixture.path) != nil)
    }

    @Test func `pages at the end may be missing when they are free, and only then`() async throws {
        let fixture = try await CareFixture()
        for isFull in [true, false] {
            try fixture.rewrite { tables throws(StorageError) in
                for number: UInt8 in 0..<100 {
                    let key = [255, number]
                    if isFull { try tables.put(.data(1), key, [UInt8](repeating: 1, count: 9_000)) }
                    if !isFull { try tables.delete(.data(1), key) }
                }
            }
        }
        let surgery = try FileSurgery(fixture.path)
        var last: UInt64 = 0
        for tree in [surgery.pages.meta.main, surgery.pages.meta.free]
            + surgery.tables.names.map({ surgery.tables[$0]! })
        {
            try surgery.pages.walk(tree, order: .number) { event throws(StorageError) in
                if case .pages(let first, let count) = event { last = max(last, first + UInt64(count) - 1) }
                return true
            }
        }
        #expect(last < surgery.pages.meta.lastPage)
        let path = "\(fixture.path)/roost.mdb"
        #expect(truncate(path, off_t((last + 1) * 4_096)) == 0)
        #expect(try fixture.verify().isSound)
        #expect(refusal(fixture.path) == nil)
        #expect(truncate(path, off_t(last * 4_096)) == 0)
        let refused = refusal(fixture.path)
        #expect(refused?.code == .corruption)
        #expect(refused?.message.contains("cut off") == true)
    }

    @Test func `no flipped bit in a meta page ends the process, and none that LMDB would believe is believed`()
        async throws
    {
        let fixture = try await CareFixture()
        let path = "\(fixture.path)/roost.mdb"
        var refused = 0
        for page in 0..<2 {
            for offset in 8..<FileMeta.byteCount {
                for mask: UInt8 in [offset.isMultiple(of: 2) ? 1 : 0x80] {
                    FileSurgery.flip(path, at: page * 4_096 + offset, mask: mask)
                    let report = try? fixture.verify()
                    if report?.isSound != true { refused += 1 }
                    FileSurgery.flip(path, at: page * 4_096 + offset, mask: mask)
                }
            }
        }
        // Most of the older page means nothing any more, and so do some fields of the newer one.
        #expect(refused > 75)
        #expect(try fixture.verify().isSound)
        for offset in [10, 16, 40, 144] {
            FileSurgery.flip(path, at: offset, mask: 9)
            let error = refusal(fixture.path)
            #expect(error?.code == .corruption, "offset \(offset)")
            FileSurgery.flip(path, at: offset, mask: 9)
        }
        #expect(refusal(fixture.path) == nil)
    }

    @Test func `a number of pages that no file can have is refused without counting them`() async throws {
        let fixture = try await CareFixture()
        let path = "\(fixture.path)/roost.mdb"
        let pages = try #require(try FileMeta.pair(in: DataFile(path: path)))
        let newest = pages[0].transaction > pages[1].transaction ? 0 : 1
        FileSurgery.flip(path, at: newest * 4_096 + 140, mask: 0x80)
        let refused = refusal(fixture.path)
        #expect(refused?.code == .corruption)
        #expect(refused?.message.contains("cut off") == true)
        #expect(fixture.refusal()?.code == .corruption)
    }

    @Test func `a newer format of LMDB is refused as such`() async throws {
        let fixture = try await CareFixture()
        for page in 0..<2 { FileSurgery.flip("\(fixture.path)/roost.mdb", at: page * 4_096 + 20, mask: 2) }
        #expect(refusal(fixture.path)?.code == .newerFormat)
        #expect(fixture.refusal()?.code == .newerFormat)
    }

    @Test func `a newer format of the store is refused as such, by those who only look as well`() async throws {
        let fixture = try await CareFixture()
        try fixture.rewrite { tables throws(StorageError) in
            var records = RecordWriter()
            try records.put(.meta, key: MetaKey.format, payload: Array("roost 2".utf8), in: &tables)
        }
        #expect(refusal(fixture.path)?.code == .newerFormat)
        let looking = fixture.refusal()
        #expect(looking?.code == .newerFormat)
        #expect(looking?.message.contains("format 2") == true)
        #expect(throws: StorageError(.newerFormat, "")) { try StoreCare.survey(directory: fixture.path) }
    }

    @Test(arguments: [0, 1, 2_000])
    func `a file that is no store's is refused and left as it is`(lines: Int) throws {
        let directory = TemporaryDirectory()
        let text = String(repeating: "not a store\n", count: lines)
        directory.write(text, to: "roost.mdb")
        guard !text.isEmpty else {
            // LMDB leaves an empty file behind when it is ended at the wrong moment.
            #expect(refusal(directory.path) == nil)
            return
        }
        let refused = refusal(directory.path)
        #expect(refused?.code == .foreignDirectory || refused?.code == .corruption)
        #expect(try DataFile(directory: directory.path).byteCount() == text.utf8.count)
    }

    @Test func `a file that another program keeps with LMDB is refused and left as it is`() throws {
        let directory = TemporaryDirectory()
        let engine = try LMDBEngine(directory: directory.path, options: StoreOptions())
        _ = engine.write { tables throws(StorageError) in
            try tables.createTable(.data(7))
            return .commit
        }
        engine.close()
        #expect(refusal(directory.path)?.code == .foreignDirectory)
        #expect(throws: StorageError(.foreignDirectory, "")) {
            try StoreCare.verify(directory: directory.path, limit: 1)
        }
        let names = try FileTables(StoreSnapshot(directory: directory.path).pages).names
        #expect(names == ["data.7"])
    }

    @Test func `a directory that may be read and not written is refused with what to do`() async throws {
        let fixture = try await CareFixture()
        for name in ["roost.mdb", "roost.mdb-lock", "roost.lock"] { chmod("\(fixture.path)/\(name)", 0o444) }
        chmod(fixture.path, 0o555)
        let other = TemporaryDirectory()
        chmod(other.path, 0o555)
        // The superuser may write everywhere, so the process becomes somebody who may not.
        await #expect(processExitsWith: .success) { [path = fixture.path as String, empty = other.path as String] in
            if geteuid() == 0 {
                guard setgid(65_534) == 0, setuid(65_534) == 0 else { _exit(9) }
            }
            func code(_ body: () throws(StorageError) -> Void) -> StorageError? {
                do throws(StorageError) {
                    try body()
                    return nil
                } catch {
                    return error
                }
            }
            let opening = code { () throws(StorageError) in try Store.open(directory: path).close() }
            guard opening?.code == .readOnly, opening?.message.contains("permissions") == true else { _exit(2) }
            guard code({ () throws(StorageError) in try Store.open(directory: empty).close() })?.code == .readOnly
            else {
                _exit(3)
            }
            guard
                code({ () throws(StorageError) in _ = try StoreCare.verify(directory: path, limit: 1) })?.code
                    == .readOnly
            else { _exit(4) }
            guard code({ () throws(StorageError) in _ = try StoreCare.compact(directory: path) })?.code == .readOnly
            else {
                _exit(5)
            }
        }
        chmod(fixture.path, 0o700)
        chmod(other.path, 0o700)
    }
}
