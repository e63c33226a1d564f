/// What one event of a script may use.
public struct ScriptLimits: Sendable, Hashable, Codable {
    /// Processor time of one event in milliseconds; nil for the runtime's own limit.
    public var cpuMilliseconds: Int?

    /// Requests to elsewhere that one event may make; nil for the runtime's own limit.
    public var subrequests: Int?

    /// Makes limits.
    public init(cpuMilliseconds: Int? = nil, subrequests: Int? = nil) {
        self.cpuMilliseconds = cpuMilliseconds
        self.subrequests = subrequests
    }
}

/// What a script wants to be recorded of its events.
public struct ObservabilitySettings: Sendable, Hashable, Codable {
    /// Whether anything is recorded at all.
    public var isEnabled: Bool

    /// The share of events that is recorded, from 0 to 1.
    public var headSamplingRate: Double

    /// Whether logs are recorded.
    public var logs: Bool

    /// Whether each event is logged by itself.
    public var invocationLogs: Bool

    /// Whether traces are recorded.
    public var traces: Bool

    /// Makes settings; without arguments, nothing is recorded.
    public init(
        isEnabled: Bool = false,
        headSamplingRate: Double = 1,
        logs: Bool = false,
        invocationLogs: Bool = true,
        traces: Bool = false
    ) {
        self.isEnabled = isEnabled
        self.headSamplingRate = headSamplingRate
        self.logs = logs
        self.invocationLogs = invocationLogs
        self.traces = traces
    }
}
