import CSQLite

/// Watches over a call into SQLite, which tells it now and then how far it is.
struct SQLWatch {
    /// Why a call was stopped.
    enum Verdict {
        /// It executed too many instructions.
        case tooManySteps
        /// The connection or the process holds too much memory.
        case tooMuchMemory
    }

    /// The instructions after which SQLite asks.
    let interval: Int32
    private let limits: SQLLimits
    private var steps = 0
    /// Why the call was stopped; `nil` when it was not.
    private(set) var verdict: Verdict?

    init(limits: SQLLimits) {
        self.limits = limits
        interval = Int32(clamping: max(1, min(1_000, limits.steps)))
    }

    /// Prepares for the next call.
    mutating func begin() {
        steps = 0
        verdict = nil
    }

    /// Tells whether the call may go on.
    ///
    /// - Parameters:
    ///   - cacheBytes: What the connection's pages take in memory.
    ///   - processBytes: What SQLite takes in the whole process.
    mutating func allowsMore(cacheBytes: Int, processBytes: Int) -> Bool {
        steps += Int(interval)
        if steps > limits.steps {
            verdict = .tooManySteps
        } else if cacheBytes > limits.memoryBytes || processBytes > limits.processMemoryBytes {
            verdict = .tooMuchMemory
        }
        return verdict == nil
    }
}
