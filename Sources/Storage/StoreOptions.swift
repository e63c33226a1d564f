/// How a store is opened.
///
/// Every property has a default that suits a server.
public struct StoreOptions: Sendable {
    /// Address space reserved for the map, in bytes.
    ///
    /// Default 1 TiB, halved until the system agrees; it costs no disk and grows without a restart.
    public var mapSizeBytes: Int = StorageLimits.mapSizeBytes

    /// The map never grows beyond this many bytes.
    ///
    /// Default 16 TiB.
    public var largestMapSizeBytes: Int = StorageLimits.largestMapSizeBytes

    /// The batches of one commit.
    ///
    /// Default 4,096.
    public var maxGroupBatches: Int = StorageLimits.groupBatches

    /// The bytes after which a commit takes no further batch.
    ///
    /// Default 32 MiB.
    public var maxGroupBytes: Int = StorageLimits.groupBytes

    /// The batches that may wait; past it a commit fails at once with `.overloaded`.
    ///
    /// Default 65,536.
    public var maxQueuedBatches: Int = StorageLimits.queuedBatches

    /// The bytes that may wait; past it a commit fails at once with `.overloaded`.
    ///
    /// Default 256 MiB.
    public var maxQueuedBytes: Int = StorageLimits.queuedBytes

    /// The reads that may run at once; past it a read fails at once with `.overloaded`.
    ///
    /// Default 126, at most 500.
    public var maxReaders: Int = StorageLimits.readers

    /// The wall clock, in milliseconds since 1970, for the creation time of objects.
    ///
    /// Default: the system's.
    public var now: @Sendable () -> Int64 = SystemTime.millisecondsSince1970

    /// Where commits run.
    ///
    /// Default: a thread of the store's own.
    public var writer: WriterMode = .thread

    /// Makes options with every default.
    public init() {}
}

/// Where the commits of a store run.
public enum WriterMode: Sendable {
    /// One thread of the store's own, which commits as soon as there is something to commit.
    case thread

    /// No thread. When work arrives and no job is pending the store hands one to the closure; the job commits one
    /// group, and hands over another if more is waiting. Jobs must run one at a time.
    case scheduled(@Sendable (@escaping @Sendable () -> Void) -> Void)
}
