/// All changes of one or more whole turns of one object: they commit together or not at all.
///
/// A batch is self-contained. It names its object by class and id rather than by a number of this store, so that
/// it means the same when it is sent to another machine.
public struct Batch: Sendable, Equatable {
    /// The object that is changed.
    ///
    /// It is created when it does not exist.
    public let object: ObjectReference

    /// The name the object was addressed by, where it is known; at most 1,024 bytes.
    public let name: String?

    /// The place of this batch among those of its object: 1, 2, 3 and so on without a gap.
    public let sequence: UInt64

    /// The changes, in the order in which they take effect.
    public var changes: [Change]

    /// Makes a batch of changes to one object.
    public init(object: ObjectReference, name: String?, sequence: UInt64, changes: [Change]) {
        self.object = object
        self.name = name
        self.sequence = sequence
        self.changes = changes
    }
}

/// What a committed batch gets back.
public struct CommitReceipt: Sendable, Hashable {
    /// The number of the store transaction that made the batch durable.
    public let commit: UInt64

    /// The number of the object that was changed.
    public let object: ObjectNumber
}
