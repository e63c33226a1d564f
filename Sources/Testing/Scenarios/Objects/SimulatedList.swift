package import Distributed
package import RoostRuntime
import RoostTesting

/// A list that grows, and says in which order it is called.
package distributed actor SimulatedList: DurableObject {
    private let storage: ObjectStorage
    private let name: String

    package init(context: ObjectContext) async throws {
        actorSystem = context.actorSystem
        storage = context.storage
        name = "SimulatedList \(context.id.name ?? "")"
        let clock = context.clock
        await withCheckedContinuation { continuation in
            clock.schedule(after: .milliseconds(5)) { continuation.resume() }
        }
    }

    package distributed func add(_ item: String) throws {
        Simulation.started(in: name)
        let count = try storage.get("count", as: Int.self) ?? 0
        try storage.put("item \(10_000 + count)", item)
        try storage.put("count", count + 1)
    }

    package distributed func items() throws -> [String] {
        Simulation.started(in: name)
        return try storage.list(ListOptions(prefix: "item "), as: String.self).map(\.value)
    }
}
