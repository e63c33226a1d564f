/// What the store knows about an object beside its data.
public struct ObjectInfo: Hashable, Sendable {
    /// The object's number in this store.
    public let number: ObjectNumber

    /// The name the object was addressed by, if its id came from a name that is known.
    public let name: String?

    /// When the object was first written, in milliseconds since 1970.
    public let createdAtMilliseconds: Int64

    /// The number of the last batch committed for the object.
    public let lastSequence: UInt64
}

/// One line of a listing of objects.
public struct ObjectEntry: Hashable, Sendable {
    /// The id of the object within its class.
    public let id: ObjectID

    /// What is known about the object.
    public let info: ObjectInfo
}
