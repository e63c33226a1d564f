/// Tells what the process takes in memory.
///
/// Isolation: every member may be used from any thread.
public protocol MemoryGauge: Sendable {
    /// What the process holds that is not a file's, in bytes.
    var residentBytes: Int { get }
}
