/// When a call to a provider is repeated, and after which pause.
///
/// Only for failures before the first token: a second answer must never continue a first one.
package struct RetryPolicy: Sendable, Hashable {
    /// How often a provider is asked in all.
    ///
    /// Default 3, at least 1.
    package var attempts: Int
    /// The pause before the second attempt, doubled before each further one.
    ///
    /// Default 250 ms.
    package var firstPause: Duration
    /// The longest pause of our own choosing.
    ///
    /// Default 8 s.
    package var longestPause: Duration
    /// The longest pause a provider may ask for; if it asks for more the call fails at once.
    ///
    /// Default 20 s.
    package var longestRetryAfter: Duration

    /// Creates a policy.
    package init(
        attempts: Int = 3,
        firstPause: Duration = .milliseconds(250),
        longestPause: Duration = .seconds(8),
        longestRetryAfter: Duration = .seconds(20)
    ) {
        self.attempts = max(1, attempts)
        self.firstPause = firstPause
        self.longestPause = longestPause
        self.longestRetryAfter = longestRetryAfter
    }

    /// The pause before the next attempt, or `nil` to give up.
    ///
    /// Half of the pause is fixed and half is drawn, so that callers refused together do not come back together.
    /// What the provider asks for is a lower bound, and the drawn half comes on top of it.
    ///
    /// - Parameters:
    ///   - attempt: How many attempts were made so far, from 1.
    ///   - error: How the last one failed.
    ///   - random: A number from 0 up to but not including 1.
    package func pause(afterAttempt attempt: Int, failedWith error: ModelError, random: Double) -> Duration? {
        guard attempt < attempts, error.code == .unavailable || error.code == .rateLimited else { return nil }
        // Thirty doublings exceed every useful pause; the bound keeps the shift from overflowing.
        let backoff = min(longestPause, firstPause * (1 << min(attempt - 1, 30)))
        let drawn = backoff / 2 * random
        guard let wanted = error.retryAfter else { return backoff / 2 + drawn }
        guard wanted <= longestRetryAfter else { return nil }
        return max(wanted, backoff / 2) + drawn
    }
}
