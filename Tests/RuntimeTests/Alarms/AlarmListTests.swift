import RoostTesting
import Testing

@testable import RoostRuntime

/// What becomes of alarms when their list cannot be read.
struct AlarmListTests {
    @Test func `a list that cannot be read is told, and read again a second later`() async throws {
        let recorder = EventRecorder()
        var configuration = RoostConfiguration()
        configuration.observer = recorder
        let test = try RoostTest(configuration: configuration) { try $0.register(Bell.self) }
        let bell = try test.objects(of: Bell.self).get("a")
        try await test.run(in: bell) { _, context in try context.storage.setAlarm(after: .seconds(10)) }
        try await test.restart()
        // Whoever starts the alarms first reads the list.
        test.disk.failReads(1)
        test.roost.start()
        #expect(recorder.events.filter { $0 == .alarmsDamaged }.count == 1)
        await test.advance(by: .seconds(11))
        #expect(try test.store.alarms(through: .max, limit: 1).isEmpty)
        #expect(recorder.events.filter { $0 == .alarmsDamaged }.count == 1)
    }
}
