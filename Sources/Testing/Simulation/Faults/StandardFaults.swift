import RoostStorage

/// The faults that the simulator knows.
///
/// A new one is one small file beside these, and one line here.
public enum StandardFaults {
    /// All of them.
    public static let all: [any SimulationFault] = [
        Crash(), CrashAtCommit(.beforeDurable), CrashAtCommit(.afterDurable), DiskFull(), SyncFailure(), SlowSync(),
        ReadFailure(), Sleep(), ClockStep(),
    ]
}
