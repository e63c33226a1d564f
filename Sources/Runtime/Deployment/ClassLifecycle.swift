public import RoostStorage

/// How the classes of a script came to be, in one of the two ways a configuration can tell it.
public enum ClassLifecycle: Sendable, Hashable {
    /// The configuration does not say.
    case undeclared

    /// Ordered changes, each applied once.
    case migrations([ClassMigration])

    /// The state that is wanted, class by class.
    case exports([ClassExport])
}

/// A named set of changes that is applied once, as a whole.
public struct ClassMigration: Sendable, Hashable, Codable {
    /// One change and where it is written.
    public struct Entry: Sendable, Hashable, Codable {
        /// What changes.
        public let change: ClassChange

        /// Where it is written.
        public let location: DeploymentLocation?

        /// Makes an entry.
        public init(_ change: ClassChange, at location: DeploymentLocation? = nil) {
            self.change = change
            self.location = location
        }
    }

    /// The name by which the store remembers that it was applied.
    public let tag: String

    /// The changes, in the order in which they are applied.
    public let entries: [Entry]

    /// Where it is written.
    public let location: DeploymentLocation?

    /// Makes a migration.
    ///
    /// Deletions come first, then renames, transfers, new key-value classes, new SQL classes and last the classes
    /// that get SQL storage; within one kind the order is kept.
    public init(tag: String, entries: [Entry], location: DeploymentLocation? = nil) {
        self.tag = tag
        self.entries = entries.enumerated()
            .sorted { ($0.element.change.order, $0.offset) < ($1.element.change.order, $1.offset) }
            .map(\.element)
        self.location = location
    }

    /// Makes a migration of changes without places.
    public init(tag: String, _ changes: ClassChange...) {
        self.init(tag: tag, entries: changes.map { Entry($0) })
    }

    /// The changes alone.
    public var changes: [ClassChange] { entries.map(\.change) }
}

/// One entry of an `exports` map.
public struct ClassExport: Sendable, Hashable {
    /// What is wanted of a class.
    public enum State: Sendable, Hashable {
        /// It exists.
        case live(StorageKind)

        /// It is gone, with all its objects.
        case deleted

        /// It has another name now.
        case renamed(to: String)

        /// Another script has it now.
        case transferred(to: String)

        /// It will come from another script.
        case expectingTransfer(StorageKind, from: String)
    }

    /// The name of the class.
    public let name: String

    /// What is wanted of it.
    public let state: State

    /// Where it is written.
    public let location: DeploymentLocation?

    /// Makes an entry.
    public init(_ name: String, _ state: State, location: DeploymentLocation? = nil) {
        self.name = name
        self.state = state
        self.location = location
    }

    /// The storage of a class that exists or will.
    public var storage: StorageKind? {
        switch state {
        case .live(let storage), .expectingTransfer(let storage, _): storage
        case .deleted, .renamed, .transferred: nil
        }
    }
}
