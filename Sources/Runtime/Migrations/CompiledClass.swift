public import RoostStorage

/// A class that is compiled into the program, for a deployment to use under a name of its own.
///
/// ```swift
/// try roost.deploy(deployment, classes: [CompiledClass(Room.self), CompiledClass(Counter.self)])
/// ```
public struct CompiledClass: Sendable {
    /// The name by which configurations call it.
    public let name: String

    /// What its objects need: a database if the class has schema migrations, unless it was said otherwise.
    public let storage: StorageKind

    let register: @Sendable (Roost, ClassKey) throws(RoostError) -> Void
    private let registerAlone: @Sendable (Roost) throws(RoostError) -> Void

    /// Describes a class.
    ///
    /// - Parameters:
    ///   - type: The class.
    ///   - name: The name by which configurations call it; by default that of the type.
    ///   - storage: What its objects need; by default a database if it has schema migrations.
    public init<Object: DurableObject>(_ type: Object.Type, name: String? = nil, storage: StorageKind? = nil) {
        let name = name ?? String(describing: type)
        self.name = name
        self.storage = storage ?? (Object.schemaMigrations.isEmpty ? .keyValue : .sql)
        registerAlone = { roost throws(RoostError) in try roost.register(type, name: name, storage: storage) }
        register = { roost, key throws(RoostError) in try roost.register(type, deployedAs: key) }
    }

    /// Makes the class known to a runtime that has no deployment; see ``Roost/register(_:name:storage:)``.
    public func register(on roost: Roost) throws(RoostError) { try registerAlone(roost) }
}

extension [CompiledClass] {
    /// What is compiled in, as a plan is held against it.
    public var program: MigrationPlanner.Program {
        Dictionary(map { ($0.name, $0.storage) }) { first, _ in first }
    }
}
