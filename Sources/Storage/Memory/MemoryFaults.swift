/// When, of a numbered commit, the simulated machine stops.
public enum CrashMoment: Sendable {
    /// Nothing of the commit is there afterwards.
    case beforeDurable

    /// All of the commit is there afterwards, but nobody was told.
    case afterDurable
}

/// The faults that a ``MemoryDisk`` is going to show.
struct MemoryFaults {
    var failingCommits = 0
    var commitError = StorageError(.diskFull, "The disk is full (injected); free some space.")
    var failingReads = 0
    var failsSync = false
    var crash: (commit: UInt64, moment: CrashMoment)?

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
