import RoostStorage
import RoostTesting
import Synchronization
import Testing

@testable import RoostRuntime

/// What becomes of alarms when their list cannot be read.
struct AlarmListTests {
    private final class Trouble: Sendable {
        let isNear = Atomic(false)
    }

    @Test func `a list that cannot be read is told, and read again a second later`() async throws {
        let recorder = EventRecorder()
        var configuration = RoostConfiguration()
        configuration.observer = recorder
        let disk = MemoryDisk()
        let trouble = Trouble()
        let test = try RoostTest(disk: disk, configuration: configuration) { roost in
            try roost.register(Bell.self)
            // The next to read is whoever starts the alarms.
            if trouble.isNear.load(ordering: .acquiring) { disk.failReads(1) }
        }
        let bell = try test.objects(of: Bell.self).get("a")
        try await test.run(in: bell) { _, context in try context.storage.setAlarm(after: .seconds(10)) }
        trouble.isNear.store(true, ordering: .releasing)
        try await test.restart()
        #expect(recorder.events.filter { $0 == .alarmsDamaged }.count == 1)
        await test.advance(by: .seconds(11))
        #expect(try test.store.alarms(through: .max, limit: 1).isEmpty)
        #expect(recorder.events.filter { $0 == .alarmsDamaged }.count == 1)
    }
}
