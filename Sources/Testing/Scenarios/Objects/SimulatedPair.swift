package import Distributed
package import RoostRuntime

/// Two keys that are always written in one turn.
package distributed actor SimulatedPair: DurableObject {
    private let storage: ObjectStorage
    private let clock: any RuntimeClock

    package init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
        clock = context.clock
    }

    package distributed func write(_ value: Int) throws {
        try storage.put("left", value)
        try storage.put("right", value)
    }

    /// One turn, a pause, and another turn.
    package distributed func writeTwice(_ value: Int) async throws {
        try write(value)
        await withCheckedContinuation { continuation in
            clock.schedule(after: .milliseconds(3)) { continuation.resume() }
        }
        try write(value + 1)
    }

    /// Writes one key, fails, and takes it back.
    package distributed func writeAndRollBack(_ value: Int) throws {
        try? storage.transaction {
            try storage.put("left", value)
            throw CancellationError()
        }
        try storage.put("rolled back", value)
    }

    /// Starts again from nothing.
    package distributed func clear() throws { try storage.deleteAll() }

    package distributed func both() throws -> [Int] {
        [try storage.get("left", as: Int.self) ?? 0, try storage.get("right", as: Int.self) ?? 0]
    }
}
