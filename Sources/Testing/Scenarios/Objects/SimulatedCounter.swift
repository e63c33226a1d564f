package import Distributed
package import RoostRuntime

/// A counter that keeps its sum in memory as well: a second instance would count on a sum of its own.
package distributed actor SimulatedCounter: DurableObject {
    private let storage: ObjectStorage
    private var sum: Int

    package init(context: ObjectContext) async throws {
        actorSystem = context.actorSystem
        storage = context.storage
        sum = try context.storage.get("sum", as: Int.self) ?? 0
        // Takes a while to start, so that calls come in meanwhile.
        let clock = context.clock
        await withCheckedContinuation { continuation in
            clock.schedule(after: .milliseconds(2)) { continuation.resume() }
        }
    }

    package distributed func add(_ amount: Int) throws -> Int {
        sum += amount
        try storage.put("sum", sum)
        return sum
    }

    package distributed func read() -> Int { sum }
}
