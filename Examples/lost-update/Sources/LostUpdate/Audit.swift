import RoostRuntime

/// Is told of every change of an account.
distributed actor Audit: DurableObject {
    let storage: ObjectStorage

    init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
    }

    distributed func note(_ line: String) throws {
        let count = try storage.get("count", as: Int.self) ?? 0
        try storage.put("line \(1_000 + count)", line)
        try storage.put("count", count + 1)
    }
}
