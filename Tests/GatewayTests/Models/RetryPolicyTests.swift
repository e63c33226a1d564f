import RoostGateway
import Testing

struct RetryPolicyTests {
    private let policy = RetryPolicy(
        attempts: 5,
        firstPause: .seconds(1),
        longestPause: .seconds(4),
        longestRetryAfter: .seconds(20)
    )
    private let unavailable = ModelError(.unavailable, "")

    private func pause(_ attempt: Int, _ random: Double) -> Duration? {
        policy.pause(afterAttempt: attempt, failedWith: unavailable, random: random)
    }

    @Test func `pauses double up to the longest`() {
        #expect((1...4).map { pause($0, 0) } == [.milliseconds(500), .seconds(1), .seconds(2), .seconds(2)])
    }

    @Test func `half of a pause is drawn`() {
        #expect(pause(1, 0.5) == .milliseconds(750))
        #expect(pause(3, 0.5) == .seconds(3))
    }

    @Test func `attempts are bounded, however many are allowed`() {
        #expect(pause(5, 0) == nil)
        let patient = RetryPolicy(attempts: 1000)
        #expect(patient.pause(afterAttempt: 999, failedWith: unavailable, random: 0) == .seconds(4))
    }

    @Test func `what the provider asks for is a lower bound`() {
        let limited = ModelError(.rateLimited, "", retryAfter: .seconds(5))
        #expect(policy.pause(afterAttempt: 1, failedWith: limited, random: 0) == .seconds(5))
        #expect(policy.pause(afterAttempt: 1, failedWith: limited, random: 0.5) == .milliseconds(5250))
        let none = ModelError(.rateLimited, "", retryAfter: .zero)
        #expect(policy.pause(afterAttempt: 1, failedWith: none, random: 0) == .milliseconds(500))
    }

    @Test func `what the provider asks for has a limit`() {
        let limited = ModelError(.rateLimited, "", retryAfter: .seconds(21))
        #expect(policy.pause(afterAttempt: 1, failedWith: limited, random: 0) == nil)
    }

    @Test(arguments: [
        ModelError.Code.rejected, .badAnswer, .timedOut, .interrupted, .cancelled, .notAllowed,
    ])
    func `other failures are not repeated`(code: ModelError.Code) {
        #expect(policy.pause(afterAttempt: 1, failedWith: ModelError(code, ""), random: 0) == nil)
    }
}
