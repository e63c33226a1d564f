import Synchronization

/// A provider that speaks OpenAI's chat completions, streamed.
///
/// An answer is tried again only until its first piece was handed on. Guarantees:
/// 1. Pieces of two attempts are never mixed.
/// 2. A failure after the first piece has code ``ModelError/Code/interrupted``.
/// 3. Nothing that this type logs, throws or describes contains the key, the prompt or the answer.
///
/// Cancelling the task closes the connection to the provider.
package final class OpenAIModel: ChatModel {
    /// The provider's name.
    package let name: String

    let configuration: OpenAIConfiguration
    let http: ModelHTTPClient
    let time: ModelTime
    private let breaker: Mutex<CircuitBreaker>

    /// Creates a model.
    ///
    /// - Parameters:
    ///   - name: The provider's name.
    ///   - configuration: How it is called.
    ///   - http: The connections to use; the caller shuts them down.
    ///   - time: Where time and chance come from.
    package init(
        name: String = "openai",
        configuration: OpenAIConfiguration,
        http: ModelHTTPClient,
        time: ModelTime = .live
    ) {
        self.name = name
        self.configuration = configuration
        self.http = http
        self.time = time
        breaker = Mutex(CircuitBreaker(configuration.breaker))
    }

    /// Whether the provider is being asked as usual; what a readiness check reports.
    package var isAvailable: Bool { breaker.withLock(\.isClosed) }

    /// Answers a conversation.
    package func answer(_ request: ModelRequest, emit: @escaping ModelSink) async throws(ModelError) {
        let progress = AnswerProgress()
        do throws(ModelError) {
            let message = "The answer was not complete within \(configuration.totalTimeout)."
            try await TimeLimit.run(configuration.totalTimeout, time: time, message: message) { limit in
                await result { () async throws(ModelError) in
                    try await self.attemptRepeatedly(request, limit: limit, progress: progress, emit: emit)
                }
            }
        } catch {
            guard progress.hasBegun, error.code != .cancelled else { throw error }
            throw ModelError(.interrupted, "The answer broke off. \(error.message)", underlyingError: error)
        }
    }

    private func attemptRepeatedly(
        _ request: ModelRequest,
        limit: TimeLimit,
        progress: AnswerProgress,
        emit: @escaping ModelSink
    ) async throws(ModelError) {
        var attempt = 1
        while true {
            let ticket = try admit()
            do throws(ModelError) {
                try await self.attempt(request, progress: progress, emit: emit)
                return breaker.withLock { $0.succeeded(ticket) }
            } catch {
                let providerWasSlow = limit.hasExpired && !progress.hasBegun
                settle(ticket, failedWith: error, providerWasSlow: providerWasSlow)
                // The policy bounds the number of attempts; each one is made with a new admission.
                let pause = configuration.retry.pause(
                    afterAttempt: attempt,
                    failedWith: error,
                    random: time.random()
                )
                guard let pause, !progress.hasBegun else { throw error }
                do { try await time.sleep(pause) } catch {
                    throw ModelError(.cancelled, "The answer is no longer wanted.")
                }
                attempt += 1
            }
        }
    }

    private func admit() throws(ModelError) -> CircuitBreaker.Ticket {
        switch breaker.withLock({ $0.admit(now: time.now()) }) {
        case .proceed(let ticket):
            return ticket
        case .refuse(let retryAfter):
            // Not a rate limit of the provider's, so the pause is the caller's to respect or to take elsewhere.
            let message = "The provider failed repeatedly and is left alone for a while."
            throw ModelError(.unavailable, message, retryAfter: retryAfter)
        }
    }

    private func settle(_ ticket: CircuitBreaker.Ticket, failedWith error: ModelError, providerWasSlow: Bool) {
        let now = time.now()
        breaker.withLock { breaker in
            switch error.code {
            case .rejected, .rateLimited, .notAllowed:
                breaker.succeeded(ticket)
            case .cancelled where !providerWasSlow:
                breaker.abandoned(ticket, now: now)
            default:
                breaker.failed(ticket, now: now)
            }
        }
    }
}

/// Whether anything of an answer was handed on; shared by its attempts and its time limits.
final class AnswerProgress: Sendable {
    private let begun = Atomic(false)

    var hasBegun: Bool { begun.load(ordering: .acquiring) }

    func begin() { begun.store(true, ordering: .releasing) }
}

/// Carries a typed error through places that only know untyped ones.
func result<Success>(
    _ body: () async throws(ModelError) -> Success
) async -> Result<Success, ModelError> {
    do throws(ModelError) {
        return .success(try await body())
    } catch {
        return .failure(error)
    }
}
