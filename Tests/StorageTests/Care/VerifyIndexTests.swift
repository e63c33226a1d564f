import Testing

@testable import RoostStorage

/// Rows that are whole, and do not fit to each other.
struct VerifyIndexTests {
    private func found(
        _ part: StoreDamage.Part,
        _ rewrite: (inout LMDBTransaction, inout RecordWriter) throws(StorageError) -> Void
    ) async throws -> [StoreDamage] {
        let fixture = try await CareFixture()
        try fixture.rewrite { tables throws(StorageError) in
            var records = RecordWriter()
            try rewrite(&tables, &records)
        }
        let report = try fixture.verify()
        #expect(report.damages.contains { $0.part == part })
        return report.damages.filter { $0.part == part }
    }

    @Test func `an object whose name does not lead to it`() async throws {
        let damages = try await found(.name) { tables, records throws(StorageError) in
            try records.delete(.names(1), key: Array("tenant:5".utf8), in: &tables)
        }
        #expect(damages.map { $0.objects.first?.name } == ["tenant:5"])
    }

    @Test func `a name that leads to nobody`() async throws {
        let damages = try await found(.name) { tables, records throws(StorageError) in
            try records.put(.names(1), key: [1], payload: CareFixture.id(200).bytes, in: &tables)
        }
        #expect(damages.count == 1)
        #expect(damages.first?.objects.first?.id == CareFixture.id(200).description)
    }

    @Test func `a name that leads to an object with another one`() async throws {
        let damages = try await found(.name) { tables, records throws(StorageError) in
            try records.put(.names(1), key: [1], payload: CareFixture.id(5).bytes, in: &tables)
        }
        #expect(damages.map { $0.objects.first?.name } == ["tenant:5"])
    }

    @Test func `data of an object that does not exist`() async throws {
        let damages = try await found(.value) { tables, records throws(StorageError) in
            try records.put(.data(1, ObjectNumber(value: 5_000), .entries), key: [1], payload: [1], in: &tables)
            try records.put(.data(1, ObjectNumber(value: 5_000), .entries), key: [2], payload: [1], in: &tables)
        }
        #expect(damages.count == 1)
        #expect(damages.first?.message.contains("5000") == true)
    }

    @Test func `an object of another class does not own the data either`() async throws {
        let damages = try await found(.value) { tables, records throws(StorageError) in
            try records.put(.data(2, ObjectNumber(value: 1), .entries), key: [1], payload: [1], in: &tables)
        }
        #expect(damages.count == 1)
    }

    @Test func `an object whose last batch has no number`() async throws {
        let damages = try await found(.sequence) { tables, records throws(StorageError) in
            try records.delete(.data(1, ObjectNumber(value: 7), .metadata), key: MetaKey.sequence, in: &tables)
        }
        #expect(damages.map { $0.objects.first?.name } == ["tenant:7"])
    }

    @Test func `an alarm that is not in the list`() async throws {
        let key = AlarmIndex.key(due: 1_700_000_000_000, classNumber: 1, object: ObjectNumber(value: 6), alarmKey: [])
        let damages = try await found(.alarm) { tables, records throws(StorageError) in
            try records.delete(.alarms, key: key, in: &tables)
        }
        #expect(damages.map { $0.objects.first?.name } == ["tenant:6"])
    }

    @Test func `an entry of the list without an alarm at its time`() async throws {
        let key = AlarmIndex.key(due: 5, classNumber: 1, object: ObjectNumber(value: 6), alarmKey: [])
        let damages = try await found(.alarm) { tables, records throws(StorageError) in
            try records.put(.alarms, key: key, payload: CareFixture.id(6).bytes, in: &tables)
        }
        #expect(damages.map { $0.objects.first?.name } == ["tenant:6"])
    }

    @Test func `an entry of the list that leads to another object`() async throws {
        let key = AlarmIndex.key(due: 1_700_000_000_000, classNumber: 1, object: ObjectNumber(value: 6), alarmKey: [])
        let damages = try await found(.alarm) { tables, records throws(StorageError) in
            try records.put(.alarms, key: key, payload: CareFixture.id(7).bytes, in: &tables)
        }
        #expect(damages.count == 1)
    }

    @Test func `two objects with one number, and a number that was never given`() async throws {
        let damages = try await found(.object) { tables, records throws(StorageError) in
            for (id, number) in [(UInt8(201), UInt64(3)), (202, 70_000)] {
                let row = ObjectRow(number: ObjectNumber(value: number), createdAtMilliseconds: 0, name: nil)
                try records.put(.objects(1), key: CareFixture.id(id).bytes, payload: row.encoded(), in: &tables)
            }
        }
        #expect(damages.map { $0.objects.first?.id }.count == 2)
        #expect(damages.contains { $0.message.contains("70000") })
    }

    @Test func `an object of a class that does not exist`() async throws {
        let damages = try await found(.object) { tables, records throws(StorageError) in
            let row = ObjectRow(number: ObjectNumber(value: 3), createdAtMilliseconds: 0, name: nil)
            try records.put(.objects(77), key: CareFixture.id(1).bytes, payload: row.encoded(), in: &tables)
        }
        #expect(damages.count == 1)
    }

    @Test func `two classes with one number, and a table without a class`() async throws {
        let classes = try await found(.class) { tables, records throws(StorageError) in
            let key = ClassKey(script: "app", name: "Other")
            let record = ClassRecord(number: 2, key: key, storage: .sql, uniqueKey: "")
            try records.put(.classes, key: ClassRow.key(key), payload: ClassRow.encode(record), in: &tables)
        }
        #expect(classes.count == 1)
        let table = try await found(.table) { tables, _ throws(StorageError) in try tables.createTable(.data(9)) }
        #expect(table.first?.message.contains("data.9") == true)
    }

    @Test func `a database whose pages are whole and do not fit together`() async throws {
        let damages = try await found(.database) { tables, records throws(StorageError) in
            let rows = Keyspace.data(2, ObjectNumber(value: 41), .pages)
            let page = try Records.withValue(rows, key: SQLPageLayout.key(ofPage: 3), in: tables) {
                [UInt8](copying: $1)
            }
            try records.put(rows, key: SQLPageLayout.key(ofPage: 4), payload: page ?? [], in: &tables)
        }
        #expect(damages.map { $0.objects.first?.name } == ["tenant:1"])
        #expect(damages.first?.message.contains("SQLite says") == true)
    }

    @Test func `a database with more pages than it says, and one in a class without SQL`() async throws {
        let more = try await found(.database) { tables, records throws(StorageError) in
            let rows = Keyspace.data(2, ObjectNumber(value: 42), .pages)
            try records.put(rows, key: SQLPageLayout.key(ofPage: 99), payload: [1], in: &tables)
        }
        #expect(more.map { $0.objects.first?.name } == ["tenant:2"])
        let stray = try await found(.database) { tables, records throws(StorageError) in
            let rows = Keyspace.data(1, ObjectNumber(value: 2), .pages)
            try records.put(rows, key: SQLPageLayout.key(ofPage: 1), payload: [1], in: &tables)
        }
        #expect(stray.map { $0.objects.first?.name } == ["tenant:2"])
    }
}
