import RoostRuntime

/// Counts.
///
/// Between two `await`s nothing else runs in an object, and there is none here: so a value that was read is still the
/// value when it is written, and no two callers get the same number.
distributed actor Counter: DurableObject {
    private let storage: ObjectStorage

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
    }

    /// Adds to the counter and returns its new value, which is durable when the caller has it.
    distributed func increment(by amount: Int = 1) throws -> Int {
        let value = try self.value() + amount
        try storage.put("value", value)
        return value
    }

    /// The value; zero for a counter that was never used.
    distributed func value() throws -> Int { try storage.get("value", as: Int.self) ?? 0 }

    /// Forgets everything: afterwards the object takes no room in the store.
    distributed func reset() throws { try storage.deleteAll() }
}
