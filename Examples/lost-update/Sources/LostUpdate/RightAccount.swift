import RoostRuntime

/// An account that reads after it has waited.
distributed actor RightAccount: DurableObject {
    let storage: ObjectStorage
    let audits: ObjectNamespace<Audit>

    init(context: ObjectContext) throws {
        actorSystem = context.actorSystem
        storage = context.storage
        audits = try context.objects(of: Audit.self)
    }

    distributed func add(_ amount: Int) async throws -> Int {
        try await audits.get("audit").note("add \(amount)")
        let sum = (try storage.get("balance", as: Int.self) ?? 0) + amount
        try storage.put("balance", sum)
        return sum
    }
}
