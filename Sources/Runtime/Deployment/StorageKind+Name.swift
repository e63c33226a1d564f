import RoostStorage

extension StorageKind {
    /// The name that configuration files use: `sqlite` or `legacy-kv`.
    package var configurationName: String {
        switch self {
        case .keyValue: "legacy-kv"
        case .sql: "sqlite"
        }
    }

    /// Reads a name as configuration files use it.
    package init?(configurationName: String) {
        switch configurationName {
        case "legacy-kv": self = .keyValue
        case "sqlite": self = .sql
        default: return nil
        }
    }
}
