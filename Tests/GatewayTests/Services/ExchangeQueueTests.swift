import HTTPTypes
import Synchronization
import Testing

@testable import RoostGateway

struct ExchangeQueueTests {
    private let session = SessionID("6f9619ff-8b86-d011-b42d-00cf4fc964ff")

    @Test func `a turn that is dropped ends by itself`() async throws {
        let queue = ExchangeQueue(limits: EdgeLimits())
        let session = try #require(session)
        do {
            let turn = try await queue.enter(tenant: "acme", session: session)
            withExtendedLifetime(turn) { #expect(!queue.isEmpty) }
        }
        #expect(queue.isEmpty)
    }

    @Test func `exchanges of one session never overlap`() async throws {
        var limits = EdgeLimits()
        limits.waitingPerSession = 100
        let queue = ExchangeQueue(limits: limits)
        let session = try #require(session)
        let inside = SharedCount()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    let turn = try await queue.enter(tenant: "acme", session: session)
                    #expect(inside.add(1) == 1)
                    inside.add(-1)
                    turn.end()
                }
            }
            try await group.waitForAll()
        }
        #expect(queue.isEmpty)
    }

    @Test func `a waiting exchange that is cancelled leaves and the others go on`() async throws {
        let queue = ExchangeQueue(limits: EdgeLimits())
        let session = try #require(session)
        let first = try await queue.enter(tenant: "acme", session: session)
        let waiting = Task { _ = try await queue.enter(tenant: "acme", session: session) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        first.end()
        #expect(queue.isEmpty)
    }

    @Test func `past the limit a request is told to come back`() async throws {
        var limits = EdgeLimits()
        limits.waitingPerSession = 0
        let queue = ExchangeQueue(limits: limits)
        let session = try #require(session)
        let turn = try await queue.enter(tenant: "acme", session: session)
        do {
            _ = try await queue.enter(tenant: "acme", session: session)
            Issue.record("More were let in than the limit allows.")
        } catch let error as EdgeError {
            #expect(error.code == .overloaded)
            #expect(error.headers[.retryAfter] == "1")
        }
        turn.end()
    }
}
