/// The bounds of everything the edge service holds for its clients.
public struct EdgeLimits: Sendable, Hashable {
    /// The largest body of a request, in bytes; 64 KiB, in which 10,000 characters of any script fit.
    public var bodyBytes = 64 * 1024
    /// The largest body of a request to `/ingest`, in bytes; 1 MiB.
    public var ingestBodyBytes = 1024 * 1024
    /// The largest body of a request to an object, in bytes; 32 MiB.
    public var objectBodyBytes = 32 * 1024 * 1024
    /// How many requests may wait for their turn in one session; 16.
    public var waitingPerSession = 16
    /// How many requests may wait for their turn in all sessions together; 10,000.
    public var waitingInAll = 10_000
    /// How many connections are open at once; 10,000, and more wait in the operating system's queue.
    public var connections = 10_000
    /// The largest headers of a request, in bytes; 32 KiB.
    public var headerBytes = 32 * 1024
    /// How much of a body that nobody wants any more is read and thrown away before the connection is closed, in
    /// bytes; 1 MiB.
    public var unwantedBodyBytes = 1024 * 1024

    /// Creates the default limits.
    public init() {}
}
