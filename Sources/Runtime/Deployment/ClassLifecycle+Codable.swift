import RoostStorage

extension ClassLifecycle: Codable {
    private enum Field: String, CodingKey {
        case migrations, exports
    }

    /// Reads what ``encode(to:)`` writes.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Field.self)
        if let migrations = try fields.decodeIfPresent([ClassMigration].self, forKey: .migrations) {
            self = .migrations(migrations)
        } else if let exports = try fields.decodeIfPresent([ClassExport].self, forKey: .exports) {
            self = .exports(exports)
        } else {
            self = .undeclared
        }
    }

    /// Writes the list under the key of its kind.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Field.self)
        switch self {
        case .undeclared: break
        case .migrations(let migrations): try fields.encode(migrations, forKey: .migrations)
        case .exports(let exports): try fields.encode(exports, forKey: .exports)
        }
    }
}

extension ClassExport: Codable {
    private enum Field: String, CodingKey {
        case name, state, storage, renamedTo = "renamed_to", transferredTo = "transferred_to"
        case transferFrom = "transfer_from", location
    }

    /// Reads what ``encode(to:)`` writes.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Field.self)
        func storage() throws -> StorageKind { try fields.decodeStorageIfPresent(forKey: .storage) ?? .sql }
        let state: State
        switch try fields.decode(String.self, forKey: .state) {
        case "created": state = .live(try storage())
        case "deleted": state = .deleted
        case "renamed": state = .renamed(to: try fields.decode(String.self, forKey: .renamedTo))
        case "transferred": state = .transferred(to: try fields.decode(String.self, forKey: .transferredTo))
        case "expecting-transfer":
            let source = try fields.decode(String.self, forKey: .transferFrom)
            state = .expectingTransfer(try storage(), from: source)
        default:
            throw DecodingError.dataCorruptedError(forKey: .state, in: fields, debugDescription: "An unknown state.")
        }
        self.init(
            try fields.decode(String.self, forKey: .name),
            state,
            location: try fields.decodeIfPresent(DeploymentLocation.self, forKey: .location)
        )
    }

    /// Writes the entry in the words of configuration files.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Field.self)
        try fields.encode(name, forKey: .name)
        try fields.encode(state.name, forKey: .state)
        try fields.encodeIfPresent(storage?.configurationName, forKey: .storage)
        switch state {
        case .live, .deleted: break
        case .renamed(let target): try fields.encode(target, forKey: .renamedTo)
        case .transferred(let script): try fields.encode(script, forKey: .transferredTo)
        case .expectingTransfer(_, let script): try fields.encode(script, forKey: .transferFrom)
        }
        try fields.encodeIfPresent(location, forKey: .location)
    }
}

extension ClassExport.State {
    /// The name that configuration files use.
    var name: String {
        switch self {
        case .live: "created"
        case .deleted: "deleted"
        case .renamed: "renamed"
        case .transferred: "transferred"
        case .expectingTransfer: "expecting-transfer"
        }
    }
}
