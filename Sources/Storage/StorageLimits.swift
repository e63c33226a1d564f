/// The limits of the store, in one place.
///
/// Those that an operator may want to choose have their default here and stand in ``StoreOptions``.
public enum StorageLimits {
    /// The longest key, in bytes.
    public static let keyBytes = 2_048
    /// The longest object name, in bytes.
    public static let nameBytes = 1_024
    /// The longest script name, class name or unique key, in bytes.
    public static let classTextBytes = 512
    /// The largest payload of one value, in bytes.
    public static let payloadBytes = 64 << 20
    /// The largest batch, counted with keys and a fixed amount for each change.
    public static let batchBytes = 128 << 20
    /// The largest bucket of long keys that share their first bytes.
    public static let bucketBytes = 256 << 20
    /// The number of classes in one store.
    public static let classes: UInt32 = 1_000
    /// The lines that one call of a listing gives at most.
    public static let listingEntries = 10_000

    /// The batches of one commit.
    public static let groupBatches = 4_096
    /// The bytes after which a commit takes no further batch.
    public static let groupBytes = 32 << 20
    /// The batches that may wait for the writer.
    public static let queuedBatches = 65_536
    /// The bytes that may wait for the writer.
    public static let queuedBytes = 256 << 20
    /// The read transactions that may be open at once.
    public static let readers = 126
    /// The objects whose number and sequence the writer remembers.
    public static let cachedObjects = 131_072

    /// The address space reserved for the map, in bytes; halved until the system agrees.
    public static let mapSizeBytes = 1 << 40
    /// The smallest map that is tried, in bytes.
    public static let smallestMapSizeBytes = 1 << 20
    /// The map never grows beyond this many bytes.
    public static let largestMapSizeBytes = 16 << 40

    /// The rows that one transaction removes of what deleted classes have left.
    static let reclaimedRows = 20_000
    /// The same while objects are at work, whose commits wait for it.
    static let reclaimedRowsBetweenGroups = 2_000
    /// LMDB's own limit for a key, in bytes.
    static let engineKeyBytes = 511
    /// LMDB's named databases: those of the classes and a few of our own.
    static let engineTables: UInt32 = 1_024
    /// LMDB's reader slots, shared by every process that looks into the store.
    static let engineReaders: UInt32 = 512
    /// What a change counts for beside its key and payload, in bytes.
    static let changeOverheadBytes = 16
    /// With less free space than this an input or output error while writing means that the disk is full.
    static let fullDiskBytes: UInt64 = 1 << 20
}
