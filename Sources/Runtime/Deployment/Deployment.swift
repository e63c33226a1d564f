public import RoostStorage

/// What is to run: scripts, their classes, and what they are bound to.
///
/// A plain value, made by whoever reads configuration (`RoostWrangler`) and used by whoever runs it. It says what
/// is wanted; what a store already has is a ``ClassHistory``, and ``MigrationPlanner`` says what lies between the two.
public struct Deployment: Sendable, Hashable, Codable {
    /// The scripts, each under its own name.
    public var scripts: [DeployedScript]

    /// Makes a deployment of scripts.
    public init(scripts: [DeployedScript]) {
        self.scripts = scripts
    }

    /// The classes of all scripts once everything declared has been applied.
    public var classes: [DeployedClass] { scripts.flatMap(\.classes) }

    /// The script of a name.
    public func script(named name: String) -> DeployedScript? {
        scripts.first { $0.name == name }
    }
}

/// One class of a script.
public struct DeployedClass: Sendable, Hashable {
    /// The script and the name of the class.
    public let key: ClassKey

    /// How its objects keep their data; nil when the script it is transferred from decides that.
    public let storage: StorageKind?

    /// Where the class is declared.
    public let location: DeploymentLocation?

    /// Makes a class.
    public init(key: ClassKey, storage: StorageKind?, location: DeploymentLocation? = nil) {
        self.key = key
        self.storage = storage
        self.location = location
    }
}

extension DeployedClass: Codable {
    private enum Field: String, CodingKey {
        case script, name, storage, location
    }

    /// Reads what ``encode(to:)`` writes.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Field.self)
        let key = ClassKey(
            script: try fields.decode(String.self, forKey: .script),
            name: try fields.decode(String.self, forKey: .name)
        )
        self.init(
            key: key,
            storage: try fields.decodeStorageIfPresent(forKey: .storage),
            location: try fields.decodeIfPresent(DeploymentLocation.self, forKey: .location)
        )
    }

    /// Writes the storage by its name in configuration files.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Field.self)
        try fields.encode(key.script, forKey: .script)
        try fields.encode(key.name, forKey: .name)
        try fields.encodeIfPresent(storage?.configurationName, forKey: .storage)
        try fields.encodeIfPresent(location, forKey: .location)
    }
}

extension KeyedDecodingContainer {
    /// Reads a storage by its name in configuration files.
    func decodeStorageIfPresent(forKey key: Key) throws -> StorageKind? {
        guard let name = try decodeIfPresent(String.self, forKey: key) else { return nil }
        guard let storage = StorageKind(configurationName: name) else {
            let reason = "A storage is sqlite or legacy-kv."
            throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: reason)
        }
        return storage
    }
}
