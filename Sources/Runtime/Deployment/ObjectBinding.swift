public import RoostStorage

/// A name under which a script's code reaches the objects of a class.
public struct ObjectBinding: Sendable, Hashable, Codable {
    /// The name in the code.
    public let name: String

    /// The name of the class.
    public let className: String

    /// The script that has the class: the binding's own, unless it names another one.
    public let script: String

    /// Where it is declared.
    public let location: DeploymentLocation?

    /// Makes a binding.
    public init(name: String, className: String, script: String, location: DeploymentLocation? = nil) {
        self.name = name
        self.className = className
        self.script = script
        self.location = location
    }

    /// The class it names; after a rename or a transfer that class may be found elsewhere.
    public var target: ClassKey { ClassKey(script: script, name: className) }
}

/// A name under which a script's code reaches a key-value namespace.
public struct KeyValueBinding: Sendable, Hashable, Codable {
    /// The name in the code.
    public let name: String

    /// The id of the namespace; nil when none is given.
    public let id: String?

    /// Where it is declared.
    public let location: DeploymentLocation?

    /// Makes a binding.
    public init(name: String, id: String?, location: DeploymentLocation? = nil) {
        self.name = name
        self.id = id
        self.location = location
    }
}
