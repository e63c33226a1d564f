import HTTPTypes
import Logging
import RoostGatewayTesting
import RoostRuntime
import RoostStorage
import RoostTesting
import Testing

@testable import RoostGateway

/// What an operator reads when something happens to an object.
struct ObjectLogTests {
    @Test func `a reset is a line with class, id and cause, and without the object's name`() async throws {
        let sink = MemoryLogSink()
        let clock = VirtualClock()
        let logger = EdgeLogging.makeLogger(level: .info, format: .json, sink: sink, clock: clock)
        var configuration = RoostConfiguration()
        configuration.observer = ObjectLog(logger)
        let runtime = try RoostTest(configuration: configuration) { try EdgeService.register(on: $0) }
        let test = try GatewayTest(model: OfflineModel(), runtime: runtime)
        runtime.disk.failCommits(1, with: StorageError(.diskFull, "The disk is full."))
        _ = try await test.client.execute(
            uri: "/rate-limit/check",
            method: .post,
            headers: test.headers(tenant: "alpha"),
            body: #"{"key":"somebody@example.com"}"#
        )
        let lines = sink.lines.filter { $0.contains("object reset") }
        // The client's own limiter and the one it asks about; what they count may share the commit that fails.
        #expect((1...2).contains(lines.count))
        for line in lines {
            #expect(line.contains(#""level":"warning""#))
            #expect(line.contains("RateLimiter/"))
            #expect(line.contains("The disk is full."))
            #expect(!line.contains("somebody@example.com"))
        }
    }
}
