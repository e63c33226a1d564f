package import Distributed
package import RoostRuntime
import RoostTesting

/// A sum that is changed in critical sections, in plain turns, and after calls to another object; it stands in memory
/// as well, so that an instance that should be gone is noticed.
package distributed actor SimulatedVault: DurableObject {
    /// What only a section writes that then fails: never to be durable.
    package static let poison = "poison"

    private let context: ObjectContext
    private let storage: ObjectStorage
    private let clerks: ObjectNamespace<SimulatedClerk>
    private let name: String
    private var sum: Int

    package init(context: sending ObjectContext) throws {
        actorSystem = context.actorSystem
        self.context = context
        storage = context.storage
        clerks = try context.objects(of: SimulatedClerk.self)
        name = context.id.name ?? ""
        sum = try context.storage.get("sum", as: Int.self) ?? 0
    }

    package distributed func read() -> Int {
        Simulation.started(in: "SimulatedVault \(name)")
        return sum
    }

    /// Adds in one turn.
    package distributed func add(_ amount: Int) throws -> Int {
        Simulation.started(in: "SimulatedVault \(name)")
        return try put(sum + amount)
    }

    /// Adds in a section, between whose reading and writing time passes.
    package distributed func addInSection(_ amount: Int) async throws -> Int {
        Simulation.started(in: "SimulatedVault \(name)")
        let trouble = Simulation.current?.world.checker(of: SectionTroubles.self)?.next()
        return try await context.blockConcurrencyWhile {
            let before = self.sum
            await self.pause()
            switch trouble {
            case .failing:
                try self.storage.put(Self.poison, amount)
                throw Refusal()
            case .stuck:
                // Never to be resumed: the limit of sections must end it.
                await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
            case .aborting:
                try self.storage.put(Self.poison, amount)
                try self.context.abort("The simulation wants it.")
            case nil:
                break
            }
            return try self.put(before + amount)
        }
    }

    /// Adds as soon as another object has answered.
    package distributed func addAfterCall(_ amount: Int) async throws -> Int {
        Simulation.started(in: "SimulatedVault \(name)")
        let told = try await clerks.get("clerk").think(amount)
        return try put(sum + told)
    }

    private func put(_ value: Int) throws -> Int {
        try storage.put("sum", value)
        sum = value
        return value
    }

    private func pause() async {
        let clock = context.clock
        await withCheckedContinuation { continuation in
            clock.schedule(after: .milliseconds(3)) { continuation.resume() }
        }
    }

    private struct Refusal: Error {}
}

/// Takes its time to answer.
package distributed actor SimulatedClerk: DurableObject {
    private let clock: any RuntimeClock

    package init(context: ObjectContext) {
        actorSystem = context.actorSystem
        clock = context.clock
    }

    package distributed func think(_ amount: Int) async -> Int {
        let clock = clock
        await withCheckedContinuation { continuation in
            clock.schedule(after: .milliseconds(2)) { continuation.resume() }
        }
        return amount
    }
}
