public import RoostStorage

/// One change to the classes of a script.
public enum ClassChange: Sendable, Hashable {
    /// A class begins: `new_classes`, `new_sqlite_classes`.
    case create(String, StorageKind)

    /// A class gets another name and keeps its objects and their ids: `renamed_classes`.
    case rename(from: String, to: String)

    /// A class ends, with all its objects: `deleted_classes`.
    case delete(String)

    /// A class comes from another script, with its objects: `transferred_classes`.
    case transfer(from: String, script: String, to: String)

    /// A key-value class gets SQL storage and keeps its objects: `enable_sqlite_classes`, a key of Roost's own.
    case enableSQL(String)

    /// The place of its kind within one migration.
    var order: Int {
        switch self {
        case .delete: 0
        case .rename: 1
        case .transfer: 2
        case .create(_, .keyValue): 3
        case .create(_, .sql): 4
        case .enableSQL: 5
        }
    }

    /// The key under which configuration files list changes of this kind.
    public var key: String {
        switch self {
        case .delete: "deleted_classes"
        case .rename: "renamed_classes"
        case .transfer: "transferred_classes"
        case .create(_, .keyValue): "new_classes"
        case .create(_, .sql): "new_sqlite_classes"
        case .enableSQL: "enable_sqlite_classes"
        }
    }
}

extension ClassChange: CustomStringConvertible {
    /// The change in a few words.
    public var description: String {
        switch self {
        case .create(let name, .keyValue): "new class \(name)"
        case .create(let name, .sql): "new SQLite class \(name)"
        case .rename(let from, let to): "rename \(from) to \(to)"
        case .delete(let name): "delete \(name)"
        case .transfer(let from, let script, let to): "transfer \(from) of \(script) to \(to)"
        case .enableSQL(let name): "SQLite for \(name)"
        }
    }
}

extension ClassChange: Codable {
    private enum Field: String, CodingKey {
        case key, name, from, script, to
    }

    /// Reads what ``encode(to:)`` writes.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Field.self)
        func text(_ field: Field) throws -> String { try fields.decode(String.self, forKey: field) }
        switch try text(.key) {
        case "new_classes": self = .create(try text(.name), .keyValue)
        case "new_sqlite_classes": self = .create(try text(.name), .sql)
        case "deleted_classes": self = .delete(try text(.name))
        case "enable_sqlite_classes": self = .enableSQL(try text(.name))
        case "renamed_classes": self = .rename(from: try text(.from), to: try text(.to))
        case "transferred_classes":
            self = .transfer(from: try text(.from), script: try text(.script), to: try text(.to))
        default:
            throw DecodingError.dataCorruptedError(forKey: .key, in: fields, debugDescription: "An unknown change.")
        }
    }

    /// Writes the change under the key that configuration files use for it.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Field.self)
        try fields.encode(key, forKey: .key)
        switch self {
        case .create(let name, _), .delete(let name), .enableSQL(let name):
            try fields.encode(name, forKey: .name)
        case .rename(let from, let to):
            try fields.encode(from, forKey: .from)
            try fields.encode(to, forKey: .to)
        case .transfer(let from, let script, let to):
            try fields.encode(from, forKey: .from)
            try fields.encode(script, forKey: .script)
            try fields.encode(to, forKey: .to)
        }
    }
}
