import Testing

@testable import RoostStorage

/// Counting what is in a store.
struct SurveyTests {
    @Test func `objects and bytes are counted by class and kind`() async throws {
        let fixture = try await CareFixture()
        let report = try StoreCare.survey(directory: fixture.path)
        #expect(report.objects == 43)
        #expect(report.classes.map(\.name) == ["app/Counter", "app/Room"])
        #expect(report.classes.map(\.objects) == [40, 3])
        #expect(report.classes.map(\.hasSQL) == [false, true])
        #expect(report.classes[0].alarms.rows == 1)
        #expect(report.classes[0].keys.rows == 83)
        #expect(report.classes[0].keys.bytes > 62_000)
        #expect(report.classes[0].pages.rows == 0)
        #expect(report.classes[1].keys.rows == 0)
        #expect(report.classes[1].pages.rows > 6)
        #expect(report.classes[0].metadata.rows == 40)
        #expect(report.fileBytes >= Int(report.pageCount - report.freePages) * report.pageBytes)
        #expect(report.format == 1)
        #expect(report.readers.isEmpty)
        #expect(report.mapBytes >= 1 << 20)
    }

    @Test func `free pages are those that deleting leaves`() async throws {
        let fixture = try await CareFixture()
        let before = try StoreCare.survey(directory: fixture.path).freePages
        try fixture.rewrite { tables throws(StorageError) in
            var records = RecordWriter()
            try records.deleteAll(.data(1, ObjectNumber(value: 5), .entries), in: &tables)
        }
        #expect(try StoreCare.survey(directory: fixture.path).freePages >= before + 12)
    }
}
