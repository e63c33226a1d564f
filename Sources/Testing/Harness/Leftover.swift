/// Something that a test has left behind.
///
/// A test that ends with any of these has not looked at all that it has set in motion, so it fails; one that means it
/// says so, with `expect(_:of:)`.
public struct Leftover: Sendable, Hashable, CustomStringConvertible {
    /// What kind of thing was left.
    public struct Kind: Sendable, Hashable, CustomStringConvertible {
        /// Its name, for reports.
        public let description: String

        /// Calls or answers that wait: to be let into an object, or for the disk.
        public static let waiting = Kind(description: "waiting")
        /// Events, critical sections or background work that have not ended.
        public static let running = Kind(description: "running")
        /// A reset of which no call was told.
        public static let reset = Kind(description: "reset")
        /// A call to a model that nobody has scripted.
        public static let modelCall = Kind(description: "model call")
        /// A script of a model that nobody has asked for.
        public static let unusedScript = Kind(description: "unused script")
    }

    /// What kind of thing it is.
    public let kind: Kind

    /// The object, by class and name, as in `Counter acme:hits`; nil when it belongs to none.
    public let object: String?

    /// What was left and what to do about it.
    public let description: String

    /// Describes something that was left behind.
    package init(_ kind: Kind, in object: String? = nil, _ description: String) {
        self.kind = kind
        self.object = object
        self.description = description
    }
}

/// A test has left something behind, or has not left what it said it would.
public struct LeftoverError: Error, Sendable, CustomStringConvertible {
    /// What was left and not expected.
    public let leftovers: [Leftover]

    /// What was expected and not there, in words.
    public let missing: [String]

    /// Everything, for a person.
    public var description: String {
        (leftovers.map(\.description) + missing).joined(separator: "\n")
    }
}
