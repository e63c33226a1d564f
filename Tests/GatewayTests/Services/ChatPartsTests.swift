import RoostObjects
import RoostRuntime
import RoostTesting
import Testing

@testable import RoostGateway

struct AnswerCollectorTests {
    @Test func `a piece that could not be handed on was not said`() async throws {
        let collector = AnswerCollector()
        try await collector.take("one ") { _ in }
        await #expect(throws: CancellationError.self) {
            try await collector.take("two") { _ in throw CancellationError() }
        }
        #expect(collector.text == "one ")
    }

    @Test func `an answer that is too long ends at a whole character`() async throws {
        let collector = AnswerCollector()
        let long = String(repeating: "👨‍👩‍👧", count: EdgeObjectLimits.answerBytesMax / 18 + 10)
        await #expect(throws: AnswerCollector.Full.self) { try await collector.take(long) { _ in } }
        #expect(collector.text.utf8.count <= EdgeObjectLimits.answerBytesMax)
        #expect(collector.text.allSatisfy { $0 == "👨‍👩‍👧" })
        #expect(!collector.text.isEmpty)
    }
}

struct ProviderMonitorTests {
    private let clock = VirtualClock()

    @Test func `five failures in a row count as failing, until half a minute has passed`() {
        let monitor = ProviderMonitor(clock: clock)
        for _ in 0..<4 { monitor.failed(ModelError(.unavailable, "down")) }
        #expect(monitor.isAnswering)
        monitor.failed(ModelError(.timedOut, "slow"))
        #expect(!monitor.isAnswering)
        clock.advance(by: .seconds(30))
        #expect(monitor.isAnswering)
        monitor.failed(ModelError(.unavailable, "down"))
        #expect(!monitor.isAnswering)
        monitor.succeeded()
        #expect(monitor.isAnswering)
    }

    @Test func `readers who leave and requests that are wrong do not count`() {
        let monitor = ProviderMonitor(clock: clock)
        for code in [ModelError.Code.cancelled, .rejected, .notAllowed] {
            for _ in 0..<9 { monitor.failed(ModelError(code, "x")) }
        }
        #expect(monitor.isAnswering)
    }
}

struct ClientKeyTests {
    private func key(_ principal: Principal, _ user: String? = nil) -> String {
        ClientKey(principal: principal, claimedUser: user, address: "192.0.2.1").text
    }

    @Test func `a proven identity comes before an address`() {
        #expect(key(.user(subject: "ann", role: .user)) == "user:ann")
        #expect(key(.apiKey(id: "web", role: .admin)) == "key:web")
        #expect(key(.anonymous) == "ip:192.0.2.1")
    }

    @Test func `a trusted claim names the user, but never against a token`() {
        #expect(key(.anonymous, "bob") == "user:bob")
        #expect(key(.apiKey(id: "web", role: .user), "bob") == "user:bob")
        #expect(key(.user(subject: "ann", role: .user), "bob") == "user:ann")
    }

    @Test func `a long name is hashed`() {
        let long = key(.user(subject: String(repeating: "x", count: 5_000), role: .user))
        #expect(long.hasPrefix("user:sha256="))
        #expect(long.utf8.count == 76)
    }
}

struct ModelPriceTests {
    @Test func `a cost is rounded up to a whole micro-dollar`() {
        let price = ModelPrice(inputMicrosPerMillion: 15_000_000, outputMicrosPerMillion: 15_000_000)
        #expect(price.cost(tokensIn: 300, tokensOut: 50) == 5_250)
        #expect(ModelPrice(inputMicrosPerMillion: 1, outputMicrosPerMillion: 0).cost(tokensIn: 1, tokensOut: 0) == 1)
        #expect(price.cost(tokensIn: 0, tokensOut: 0) == 0)
    }
}
