/// How the objects of a class keep their data.
public enum StorageKind: UInt8, Sendable, Codable {
    /// Keys and values only.
    case keyValue = 1

    /// A SQLite database per object, beside keys and values.
    case sql = 2
}

/// What the store knows about a registered class.
public struct ClassRecord: Sendable, Hashable {
    /// The number under which the class's data is kept; no other class has it as long as a row of this one is left.
    public let number: UInt32

    /// The script and the name of the class.
    public let key: ClassKey

    /// How objects of the class keep their data.
    public let storage: StorageKind

    /// The seed from which the ids of the class are derived.
    public let uniqueKey: String
}
