public import RoostStorage

/// One thing to be done to a store's classes.
public struct MigrationStep: Sendable, Hashable {
    /// What is to be done.
    public enum Action: Sendable, Hashable {
        /// A class begins, without objects.
        case create(ClassKey, StorageKind)

        /// A class gets another name; its objects keep their ids.
        case rename(ClassKey, to: ClassKey)

        /// A class ends, with all its objects.
        case delete(ClassKey)

        /// A class goes from one script to another; its objects keep their ids.
        case transfer(ClassKey, to: ClassKey)

        /// A key-value class gets SQL storage; its objects keep their keys.
        case enableSQL(ClassKey)

        /// It is noted that a class will come from another script; no data changes.
        case expectTransfer(ClassKey, from: ClassKey)
    }

    /// What is to be done.
    public let action: Action

    /// The migration that asks for it; nil for an `exports` map.
    public let tag: String?

    /// Where that is written.
    public let location: DeploymentLocation?

    /// Makes a step.
    public init(_ action: Action, tag: String? = nil, location: DeploymentLocation? = nil) {
        self.action = action
        self.tag = tag
        self.location = location
    }

    /// The class whose objects the step touches.
    public var subject: ClassKey {
        switch action {
        case .create(let key, _), .rename(let key, _), .delete(let key), .transfer(let key, _), .enableSQL(let key),
            .expectTransfer(let key, _):
            key
        }
    }

    /// Whether objects are lost by it.
    public var losesData: Bool {
        if case .delete = action { true } else { false }
    }
}

extension MigrationStep: CustomStringConvertible {
    /// The step in a few words, its tag in brackets.
    public var description: String {
        let text =
            switch action {
            case .create(let key, let storage): "create \(key) (\(storage.configurationName))"
            case .rename(let key, let target): "rename \(key) to \(target)"
            case .delete(let key): "delete \(key)"
            case .transfer(let key, let target): "transfer \(key) to \(target)"
            case .enableSQL(let key): "enable SQL for \(key)"
            case .expectTransfer(let key, let source): "expect \(key) from \(source.script)"
            }
        return tag.map { "\(text) [\($0)]" } ?? text
    }
}
