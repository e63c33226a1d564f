/// The time, the waiting and the chance that calling a model depends on.
///
/// Injected so that tests decide when a time-out fires and how long a retry waits.
package struct ModelTime: Sendable {
    /// The time since some fixed, unspecified moment; never goes backwards.
    package var now: @Sendable () -> Duration
    /// Waits, and throws `CancellationError` when the task is cancelled meanwhile.
    package var sleep: @Sendable (Duration) async throws -> Void
    /// A number from 0 up to but not including 1.
    package var random: @Sendable () -> Double

    /// Creates a source of time.
    package init(
        now: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        random: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.sleep = sleep
        self.random = random
    }
}
