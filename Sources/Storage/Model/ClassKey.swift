/// What identifies a class of objects: the script that defines it and its name there.
public struct ClassKey: Hashable, Sendable, Codable {
    /// The name of the script, which may be empty.
    public let script: String

    /// The name of the class in its script.
    public let name: String

    /// Makes a key of a script and the name of a class in it.
    public init(script: String, name: String) {
        self.script = script
        self.name = name
    }
}

extension ClassKey: Comparable {
    /// Orders keys by script, then by name.
    public static func < (left: ClassKey, right: ClassKey) -> Bool {
        (left.script, left.name) < (right.script, right.name)
    }
}

extension ClassKey: CustomStringConvertible {
    /// The name of the class, after its script and a slash where it has one.
    public var description: String {
        script.isEmpty ? name : "\(script)/\(name)"
    }
}
