package import Distributed
package import RoostRuntime

/// A place for one number, read from the storage each time.
package distributed actor SimulatedRegister: DurableObject {
    private let storage: ObjectStorage

    package init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
    }

    package distributed func write(_ value: Int) throws -> Int {
        try storage.put("value", value)
        return value
    }

    /// Writes without waiting for the disk.
    package distributed func writeUnconfirmed(_ value: Int) throws -> Int {
        try storage.put("value", value, options: WriteOptions(allowUnconfirmed: true))
        return value
    }

    package distributed func read() throws -> Int { try storage.get("value", as: Int.self) ?? 0 }
}
