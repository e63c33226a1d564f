public import RoostStorage

/// What a store knows about its classes and about the migrations that made them.
///
/// A plain value: the store keeps it as one record and replaces it in the transaction that changes the classes.
public struct ClassHistory: Sendable, Hashable, Codable {
    /// The newest form of this record that this program understands.
    public static let newestFormat = 1

    /// The form of this record.
    public var format: Int

    /// What happened to each script's classes, by the script's name.
    public var scripts: [String: ScriptHistory]

    /// Makes a history; without arguments, that of a new store.
    public init(format: Int = Self.newestFormat, scripts: [String: ScriptHistory] = [:]) {
        self.format = format
        self.scripts = scripts
    }

    /// The storage of a class that exists.
    public func storage(of key: ClassKey) -> StorageKind? {
        scripts[key.script]?.classes[key.name]
    }

    /// Where the objects of a class are found today, following renames and transfers.
    ///
    /// - Returns: Nil when there is no such class and none that came from it.
    public func current(_ key: ClassKey) -> ClassKey? {
        var key = key
        // Each step leads to another name; a circle would need as many steps as there are names.
        for _ in 0...scripts.values.reduce(0, { $0 + $1.moved.count }) {
            guard let script = scripts[key.script] else { return nil }
            if script.classes[key.name] != nil { return key }
            guard let next = script.moved[key.name] else { return nil }
            key = next
        }
        return nil
    }
}

/// What happened to the classes of one script.
public struct ScriptHistory: Sendable, Hashable, Codable {
    /// A migration that was applied, with what it said then.
    public struct AppliedTag: Sendable, Hashable, Codable {
        /// The tag.
        public var tag: String

        /// The changes, in the order in which they were applied.
        public var changes: [ClassChange]

        /// Makes a record of a migration.
        public init(tag: String, changes: [ClassChange]) {
            self.tag = tag
            self.changes = changes
        }
    }

    /// The migrations that were applied, oldest first.
    public var tags: [AppliedTag]

    /// Whether the script declares its classes by an `exports` map; there is no way back from that.
    public var usesExports: Bool

    /// The classes that exist.
    public var classes: [String: StorageKind]

    /// Names that classes had, and where those classes went.
    public var moved: [String: ClassKey]

    /// Names of classes that were deleted.
    public var deleted: Set<String>

    /// Classes that will come from other scripts, with the names of those.
    public var expected: [String: String]

    /// Makes a history; without arguments, that of a script nobody has heard of.
    public init(
        tags: [AppliedTag] = [],
        usesExports: Bool = false,
        classes: [String: StorageKind] = [:],
        moved: [String: ClassKey] = [:],
        deleted: Set<String> = [],
        expected: [String: String] = [:]
    ) {
        self.tags = tags
        self.usesExports = usesExports
        self.classes = classes
        self.moved = moved
        self.deleted = deleted
        self.expected = expected
    }

    /// A class begins to exist under a name.
    mutating func add(_ name: String, _ storage: StorageKind) {
        classes[name] = storage
        moved[name] = nil
        deleted.remove(name)
        expected[name] = nil
    }

    /// A class is found elsewhere from now on.
    mutating func move(_ name: String, to key: ClassKey) {
        classes[name] = nil
        moved[name] = key
    }

    /// A class ends.
    mutating func delete(_ name: String) {
        classes[name] = nil
        deleted.insert(name)
    }
}
