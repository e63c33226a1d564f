/// One change of the classes that a store has.
public enum ClassDirectoryChange: Sendable, Hashable {
    /// A class begins, without objects.
    case create(ClassKey, StorageKind, uniqueKey: String)

    /// A class gets another script, another name, or both.
    ///
    /// Its number and its unique key stay, and with them every object, id, name and alarm.
    case move(ClassKey, to: ClassKey)

    /// A class ends, with all its objects.
    case delete(ClassKey)

    /// A class with keys and values only gets SQL storage; its objects keep their keys.
    case enableSQL(ClassKey)
}

/// What was given back of deleted classes.
public struct ReclaimedSpace: Sendable, Hashable {
    /// The classes of which nothing is left.
    public internal(set) var classes = 0

    /// The rows that were removed: of objects, their names, alarms and data.
    public internal(set) var rows = 0

    /// The store transactions that it took.
    public internal(set) var commits = 0
}
