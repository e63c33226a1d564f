public import RoostStorage

/// Where an object is: its class and its id.
///
/// The identity of a stub.
///
/// It refers to the class by script and name, never by a number of this machine's store, so that it means the same
/// everywhere.
public struct ObjectAddress: Hashable, Sendable {
    /// The class.
    public let classKey: ClassKey

    /// The id, with its name where that is known.
    public let id: DurableObjectID

    /// True when the id was made or checked under the class's key by this runtime; false when it came as text.
    let isProven: Bool

    init(classKey: ClassKey, proven id: DurableObjectID) {
        self.classKey = classKey
        self.id = id
        isProven = true
    }

    /// Compares class and id.
    public static func == (left: ObjectAddress, right: ObjectAddress) -> Bool {
        left.id == right.id && left.classKey == right.classKey
    }

    /// The same as the store spells it.
    var reference: ObjectReference { ObjectReference(classKey: classKey, id: id.raw) }

    /// Feeds the id; ids of different classes differ by themselves.
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

extension ObjectAddress: CustomStringConvertible {
    /// Class and id, for logs.
    public var description: String { "\(classKey.name)/\(id)" }
}

extension ObjectAddress: Codable {
    private enum CodingKeys: String, CodingKey {
        case classKey = "class"
        case id
        case name
    }

    /// Reads an address.
    ///
    /// That the id belongs to the class is checked when the stub is resolved.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        classKey = try container.decode(ClassKey.self, forKey: .classKey)
        let text = try container.decode(String.self, forKey: .id)
        guard let raw = ObjectID(hex: text) else {
            throw DecodingError.dataCorruptedError(
                forKey: .id,
                in: container,
                debugDescription: "An object id has 64 hex digits."
            )
        }
        id = DurableObjectID(raw: raw, name: try container.decodeIfPresent(String.self, forKey: .name))
        isProven = false
    }

    /// Writes class, id and name.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(classKey, forKey: .classKey)
        try container.encode(id.description, forKey: .id)
        try container.encodeIfPresent(id.name, forKey: .name)
    }
}
