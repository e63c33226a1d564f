/// What an alarm handler is told about the run it is in.
public struct AlarmInvocation: Sendable, Hashable {
    /// When the alarm was set to fire.
    ///
    /// A retry keeps the time of the first attempt. The handler never runs before this time.
    public let scheduledTime: Timestamp

    /// How many runs of this alarm have failed before, from 0 to 6.
    ///
    /// It is counted durably. Failures that the handler has no part in, such as a full disk, are not counted.
    public let retryCount: Int

    /// Whether an earlier run of this alarm has failed.
    public var isRetry: Bool { retryCount > 0 }

    /// Creates an invocation, for code that calls a handler by itself.
    public init(scheduledTime: Timestamp, retryCount: Int = 0) {
        self.scheduledTime = scheduledTime
        self.retryCount = retryCount
    }
}

/// What the alarm handler of a class returns that has none.
///
/// Nobody writes this type: the compiler infers it for classes without a handler, and so the runtime knows, before an
/// alarm is set, whether anybody would hear it.
public struct NoAlarmHandler: Sendable {
    init() {}
}

/// What came of a failed run of an alarm.
public struct AlarmFailure: Sendable {
    /// The run that failed; nil when the object could not even be started.
    public let invocation: AlarmInvocation?

    /// Why.
    public let error: any Error

    /// Whether the failure counts towards the six retries an alarm has.
    public let isCounted: Bool
}
