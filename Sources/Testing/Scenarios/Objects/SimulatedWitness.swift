package import Distributed
package import RoostRuntime
import RoostTesting

/// Counts a number up, and lets everything that leaves it carry the number.
package distributed actor SimulatedWitness: DurableObject {
    package static let key = "number"

    private let storage: ObjectStorage
    private let others: ObjectNamespace<SimulatedWitness>
    private let name: String

    package init(context: ObjectContext) throws {
        actorSystem = context.actorSystem
        storage = context.storage
        others = try context.objects(of: SimulatedWitness.self)
        name = context.id.name ?? ""
    }

    private func count() throws -> Int {
        let number = try seen() + 1
        try storage.put(Self.key, number)
        return number
    }

    private func seen() throws -> Int { try storage.get(Self.key, as: Int.self) ?? 0 }

    package distributed func write() throws -> Int { try count() }

    package distributed func writeAndThrow() throws { throw Refusal(number: try count()) }

    package distributed func read() throws -> Int { try seen() }

    /// Changes something and tells another object of it.
    package distributed func tell(_ other: String) async throws -> Int {
        let number = try count()
        try await others.get(other).hear(number, from: name)
        return try seen()
    }

    package distributed func hear(_ number: Int, from other: String) throws {
        guard let world = Simulation.current?.world else { return }
        world.checker(of: NothingLeavesEarly.self)?.left(number, of: "SimulatedWitness \(other)", by: "A call")
    }

    /// An error that carries the number.
    package struct Refusal: Error {
        package let number: Int
    }
}
