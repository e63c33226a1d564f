import RoostRuntime
import RoostStorage
import RoostTesting
import Testing

/// Alarms over restarts, on a real directory.
struct AlarmRestartTests {
    private func runtime() throws -> DiskRuntime { try DiskRuntime { try $0.register(Bell.self) } }

    private func set(_ runtime: DiskRuntime, _ name: String, after delay: Duration) async throws -> Timestamp {
        let time = runtime.clock.now + delay
        let bell = try runtime.roost.objects(of: Bell.self).get(name)
        try await runtime.roost.run(in: bell) { try $1.storage.setAlarm(time) }
        return time
    }

    // server-test 2921
    @Test func `alarm persistence (on disk)`() async throws {
        let runtime = try runtime()
        let time = try await set(runtime, "far", after: .seconds(1_000_000))
        try await runtime.restart()
        let bell = try runtime.roost.objects(of: Bell.self).get("far")
        let seen = try await runtime.roost.run(in: bell) { try $1.storage.getAlarm() }
        #expect(seen == time)
        #expect(Bell.rings("far").isEmpty)
    }

    @Test func `overdue alarms fire at start, by their names`() async throws {
        let runtime = try runtime()
        let first = try await set(runtime, "overdue 1", after: .seconds(10))
        let second = try await set(runtime, "overdue 2", after: .seconds(20))
        try await runtime.restart(later: .seconds(3_600))
        await runtime.advance(by: .zero)
        #expect(Bell.rings("overdue 1").map(\.scheduled) == [first])
        #expect(Bell.rings("overdue 2").map(\.scheduled) == [second])
        #expect(Bell.rings("overdue 1").map(\.name) == ["overdue 1"])
        #expect(try runtime.roost.alarms(of: Bell.self).isEmpty)
        try await runtime.restart()
        await runtime.advance(by: .seconds(100))
        #expect(Bell.rings("overdue 1").count == 1)
    }

    @Test func `an alarm ahead fires after a restart at its time`() async throws {
        let runtime = try runtime()
        let time = try await set(runtime, "ahead", after: .seconds(10))
        try await runtime.restart(later: .seconds(4))
        await runtime.advance(by: .seconds(5))
        #expect(Bell.rings("ahead").isEmpty)
        await runtime.advance(by: .seconds(1))
        #expect(Bell.rings("ahead").map(\.at) == [time])
    }

    @Test func `retries are counted across restarts on disk`() async throws {
        let runtime = try runtime()
        Bell.handle("disk retries") { _, _ in throw TestError.refused }
        _ = try await set(runtime, "disk retries", after: .seconds(1))
        for _ in 0..<9 {
            try await runtime.restart(later: .seconds(100))
            await runtime.advance(by: .zero)
        }
        #expect(Bell.rings("disk retries").map(\.retryCount) == [0, 1, 2, 3, 4, 5, 6])
        #expect(try runtime.roost.alarms(of: Bell.self).isEmpty)
    }
}
