import RoostRuntime

/// An account with a mistake; `RightAccount` is the same without it.
distributed actor Account: DurableObject {
    let storage: ObjectStorage
    let audits: ObjectNamespace<Audit>

    init(context: ObjectContext) throws {
        actorSystem = context.actorSystem
        storage = context.storage
        audits = try context.objects(of: Audit.self)
    }

    distributed func balance() throws -> Int {
        try storage.get("balance", as: Int.self) ?? 0
    }

    distributed func add(_ amount: Int) async throws -> Int {
        let before = try storage.get("balance", as: Int.self) ?? 0
        try await audits.get("audit").note("add \(amount)")
        try storage.put("balance", before + amount)
        return before + amount
    }
}
