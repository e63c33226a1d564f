import Testing

@testable import RoostStorage

/// What looking a store over finds, and whom it names.
struct VerifyTests {
    @Test func `a sound store is sound, and everything in it was looked at`() async throws {
        let fixture = try await CareFixture()
        let report = try fixture.verify()
        #expect(report.damages == [])
        #expect(report.isSound)
        #expect(report.classes == 2)
        #expect(report.objects == 43)
        #expect(report.databases == 3)
        #expect(report.unusedPages == 0)
        #expect(report.format == StoreFormat.version)
    }

    /// A row, what is damaged when its checksum does not fit, and the object that must be named.
    struct Row: Sendable, CustomTestStringConvertible {
        let what: String
        let keyspace: Keyspace
        let key: [UInt8]
        let part: StoreDamage.Part
        let object: UInt8?
        var testDescription: String { what }
    }

    static let rows: [Row] = [
        Row(what: "a value", keyspace: data(1, 3, .entries), key: text("marked"), part: .value, object: 3),
        Row(what: "a value of many pages", keyspace: data(1, 5, .entries), key: text("large"), part: .value, object: 5),
        Row(
            what: "a value under a long key",
            keyspace: data(1, 4, .entries),
            key: CareFixture.longKey,
            part: .value,
            object: 4
        ),
        Row(what: "a page of a database", keyspace: data(2, 41, .pages), key: [0, 0, 0, 2], part: .value, object: 1),
        Row(what: "the size of a database", keyspace: data(2, 42, .pages), key: [0, 0, 0, 0], part: .value, object: 2),
        Row(what: "an alarm", keyspace: data(1, 6, .alarm), key: [], part: .value, object: 6),
        Row(what: "a sequence", keyspace: data(1, 9, .metadata), key: text("sequence"), part: .value, object: 9),
        Row(what: "an object", keyspace: .objects(1), key: CareFixture.id(7).bytes, part: .object, object: 7),
        Row(what: "a name", keyspace: .names(1), key: text("tenant:8"), part: .name, object: nil),
        Row(what: "a class", keyspace: .classes, key: text("app") + [0] + text("Room"), part: .class, object: nil),
        Row(what: "a counter", keyspace: .meta, key: text("next-object"), part: .table, object: nil),
        Row(
            what: "an entry of the list of alarms",
            keyspace: .alarms,
            key: AlarmIndex.key(due: 1_700_000_000_000, classNumber: 1, object: ObjectNumber(value: 6), alarmKey: []),
            part: .alarm,
            object: 6
        ),
    ]

    private static func data(_ classNumber: UInt32, _ object: UInt64, _ space: Space) -> Keyspace {
        .data(classNumber, ObjectNumber(value: object), space)
    }

    private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test(arguments: rows)
    func `a flipped bit in a row is found and names the object`(row: Row) async throws {
        let fixture = try await CareFixture()
        let surgery = try FileSurgery(fixture.path)
        let (number, page, node) = try surgery.leaf(row.keyspace.table, row.keyspace.engineKey(row.key))
        if case .overflow(let first, let count) = FilePages.value(of: node, in: page) {
            surgery.flip(page: first, at: 16 + count / 2)
        } else {
            surgery.flip(page: number, at: node.data.upperBound - 1)
        }
        let report = try fixture.verify()
        let damage = report.damages.first { $0.part == row.part }
        #expect(!report.isSound)
        #expect(damage != nil)
        if let object = row.object {
            #expect(damage?.objects.first?.id == CareFixture.id(object).description)
            // Where the entry of the object is what is damaged, its name is what was lost.
            let name = row.part == .object ? nil : CareFixture.name(object)
            #expect(damage?.objects.first?.name == name)
            #expect(damage?.className == (row.keyspace.table == .data(2) ? "app/Room" : "app/Counter"))
        }
        // Everything else was looked at all the same.
        #expect(report.rows >= 150)
    }

    @Test func `what is damaged in several places is found in all of them`() async throws {
        let fixture = try await CareFixture()
        for row in Self.rows.prefix(5) {
            let surgery = try FileSurgery(fixture.path)
            let (number, page, node) = try surgery.leaf(row.keyspace.table, row.keyspace.engineKey(row.key))
            if case .overflow(let first, _) = FilePages.value(of: node, in: page) {
                surgery.flip(page: first, at: 20)
            } else {
                surgery.flip(page: number, at: node.data.upperBound - 1)
            }
        }
        let report = try fixture.verify()
        let named = Set(report.damages.filter { $0.part == .value }.flatMap(\.objects).compactMap(\.name))
        #expect(named.isSuperset(of: ["tenant:1", "tenant:2", "tenant:3", "tenant:4", "tenant:5"]))
        let few = try fixture.verify(limit: 2)
        #expect(few.damages.count == 2)
        #expect(few.damageCount == report.damageCount)
    }

    @Test func `a page that cannot be read names the objects whose rows were in it`() async throws {
        let fixture = try await CareFixture()
        let surgery = try FileSurgery(fixture.path)
        let key = Keyspace.data(1, ObjectNumber(value: 3), .entries).engineKey(Array("marked".utf8))
        let (number, _, _) = try surgery.leaf(.data(1), key)
        surgery.flip(page: number, at: 10, mask: 4)
        let report = try fixture.verify()
        let damage = report.damages.first { $0.part == .page }
        #expect(damage?.objects.contains { $0.name == "tenant:3" } == true)
        #expect(damage?.message.contains("Page \(number)") == true)
        #expect(damage?.message.contains("data.1") == true)
        // Another leaf of the same table is read.
        #expect(report.rows > 100)
    }

    @Test func `no flipped bit ends the process, and none in a key or a value goes unnoticed`() async throws {
        let fixture = try await CareFixture()
        let surgery = try FileSurgery(fixture.path)
        var random = SplitMix64(seed: 7)
        let last = Int(surgery.pages.meta.lastPage)
        var meaningful = Set<Int>()
        for name in surgery.tables.names {
            try surgery.pages.walk(surgery.tables[name]!) { event throws(StorageError) in
                guard case .pages(let number, 1) = event, let page = try? surgery.pages.page(number) else {
                    return true
                }
                for index in 0..<page.count where page.isLeaf {
                    let node = page.node(at: index)
                    meaningful.formUnion((node.key.lowerBound..<node.data.upperBound).map { Int(number) * 4_096 + $0 })
                }
                return true
            }
        }
        for _ in 0..<200 {
            let offset = Int(random.next() % UInt64((last + 1) * surgery.pageBytes))
            let mask = UInt8(1) << UInt8(random.next() % 8)
            FileSurgery.flip(surgery.path, at: offset, mask: mask)
            let isSound = (try? fixture.verify(limit: 5).isSound) ?? false
            if meaningful.contains(offset), surgery.pageBytes == 4_096 {
                #expect(!isSound, "offset \(offset), mask \(mask)")
            }
            FileSurgery.flip(surgery.path, at: offset, mask: mask)
        }
        #expect(try fixture.verify().isSound)
    }
}
