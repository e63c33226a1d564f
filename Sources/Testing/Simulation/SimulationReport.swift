/// What the worlds of many seeds came to.
public struct SimulationReport: Sendable {
    /// The scenario.
    public let scenario: String
    /// How many seeds were run.
    public internal(set) var seeds = 0
    /// How many steps, over all seeds.
    public internal(set) var steps = 0
    /// What happened, over all seeds.
    public internal(set) var counts = SimulationCounts()
    /// How often each fault was injected.
    public internal(set) var injected: [String: Int] = [:]
    /// How often each fault has shown itself.
    public internal(set) var seen: [String: Int] = [:]
    /// Depends on every choice and every line of every trace: equal in every process.
    public internal(set) var digest: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ outcome: SimulationOutcome) {
        seeds += 1
        steps += outcome.steps
        counts.calls += outcome.counts.calls
        counts.failedCalls += outcome.counts.failedCalls
        counts.commits += outcome.counts.commits
        counts.evictions += outcome.counts.evictions
        counts.resets += outcome.counts.resets
        counts.crashes += outcome.counts.crashes
        for fault in outcome.faults {
            injected[fault.fault.name, default: 0] += 1
            if fault.isSeen == true { seen[fault.fault.name, default: 0] += 1 }
        }
        digest = (digest ^ outcome.digest) &* 0x100_0000_01b3
    }
}

/// A promise was broken in the world of a seed.
public struct SimulationFailure: Error, Sendable, CustomStringConvertible {
    /// The scenario.
    public let scenario: String
    /// The seed; running it again does the same again.
    public let seed: UInt64
    /// What was broken.
    public let violation: String
    /// The faults without which it does not fail, with the steps before which they struck.
    public let faults: [String]
    /// How many calls the shortest failing run makes.
    public let calls: Int
    /// The last lines of the shortest failing run.
    public let trace: [String]
    /// How many seeds were run before this one.
    public let seedsBefore: Int

    /// Everything, for a person.
    public var description: String {
        let faults = faults.isEmpty ? "none" : faults.joined(separator: ", ")
        return """
            \(scenario), seed \(seed): \(violation)
            The shortest run that fails makes \(calls) calls; faults: \(faults).
            \(trace.joined(separator: "\n"))
            \(violation)
            To repeat it: seed \(seed) of “\(scenario)”.
            """
    }
}
