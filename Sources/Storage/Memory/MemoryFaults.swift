/// When, of a numbered commit, the simulated machine stops.
public enum CrashMoment: Sendable {
    /// Nothing of the commit is there afterwards.
    case beforeDurable

    /// All of the commit is there afterwards, but nobody was told.
    case afterDurable
}

/// A promise that a ``MemoryDisk`` breaks.
///
/// Disks do not do that: it is a deliberate mistake, which the simulator's checkers must notice.
package enum MemoryLie: Sendable {
    /// The last commit is acknowledged before it is durable: a crash takes it away.
    case acknowledgesBeforeSync
    /// A commit that is refused because the disk is full is there all the same.
    case keepsRefused
}

/// How often the faults of a ``MemoryDisk`` have shown themselves.
public struct MemoryFaultCounts: Sendable, Hashable {
    /// Commits that failed as on a full disk.
    public internal(set) var failedCommits = 0
    /// Commits that failed while they were made durable.
    public internal(set) var failedSyncs = 0
    /// Reads that failed.
    public internal(set) var failedReads = 0
    /// Crashes, at a commit or between commits.
    public internal(set) var crashes = 0

    /// Makes counts of nothing.
    public init() {}
}

/// The faults that a ``MemoryDisk`` is going to show.
struct MemoryFaults {
    var failingCommits = 0
    var commitError = StorageError(.diskFull, "The disk is full (injected); free some space.")
    var failingReads = 0
    var failsSync = false
    var crash: (commit: UInt64, moment: CrashMoment)?
    /// A lie that the disk tells, in tests of the simulator's checkers.
    var lie: MemoryLie?

    /// The error that the next commit fails with, used up by asking.
    mutating func takeCommitError() -> StorageError? {
        guard failingCommits > 0 else { return nil }
        failingCommits -= 1
        return commitError
    }

    /// Whether the next read fails, used up by asking.
    mutating func takeReadFailure() -> Bool {
        guard failingReads > 0 else { return false }
        failingReads -= 1
        return true
    }
}
