package import Distributed
package import RoostRuntime
import RoostTesting

/// A list of things to do, done when its alarm rings: in one turn, after a pause, and not always at the first attempt.
package distributed actor SimulatedAlarms: DurableObject {
    private let storage: ObjectStorage
    private let clock: any RuntimeClock
    private let random: any RandomSource
    /// Absent from worlds whose classes come from migrations.
    private let heralds: ObjectNamespace<SimulatedHerald>?
    private let name: String
    private let promises: AlarmPromises?

    /// How often the handler has come to its end.
    package static let key = "number"

    package init(context: ObjectContext) throws {
        actorSystem = context.actorSystem
        storage = context.storage
        clock = context.clock
        random = context.random
        heralds = try? context.objects(of: SimulatedHerald.self)
        name = "SimulatedAlarms \(context.id.name ?? "")"
        promises = Simulation.of(context)?.checker(of: AlarmPromises.self)
    }

    package distributed func later(_ item: String, _ delayMilliseconds: Int) throws {
        // What can fail comes first: an error does not undo what the turn has changed before.
        let alarm = try storage.getAlarm()
        try storage.put("todo \(item)", true)
        if alarm == nil { try storage.setAlarm(after: .milliseconds(delayMilliseconds)) }
    }

    package distributed func todo() throws -> [String] { try items("todo ") }

    package distributed func done() throws -> [String] { try items("done ").map { String($0.dropFirst(6)) } }

    private func items(_ prefix: String) throws -> [String] {
        try storage.list(ListOptions(prefix: prefix), as: Bool.self).map { String($0.key.dropFirst(prefix.utf8.count)) }
    }

    package func alarm(_ invocation: AlarmInvocation) async throws {
        promises?.rang(invocation, in: name)
        switch random.next() % 4 {
        case 0 where invocation.retryCount < 2:
            throw Busy()
        case 1:
            await withCheckedContinuation { continuation in
                clock.schedule(after: .milliseconds(7)) { continuation.resume() }
            }
        default:
            break
        }
        var count = try items("done ").count
        for item in try items("todo ") {
            // Numbered, so that what is done twice is there twice.
            try storage.put("done \(10_000 + count) \(item)", true)
            try storage.delete("todo \(item)")
            count += 1
        }
        let number = (try storage.get(Self.key, as: Int.self) ?? 0) + 1
        try storage.put(Self.key, number)
        // Whether it hears of it or not, the work is done.
        try? await heralds?.get("herald").hear(number, from: name)
        promises?.ended(in: name)
    }

    private struct Busy: Error {}
}

/// Is told by alarm handlers what they have done.
package distributed actor SimulatedHerald: DurableObject {
    private let gate: NothingLeavesEarly?

    package init(context: ObjectContext) {
        actorSystem = context.actorSystem
        gate = Simulation.of(context)?.checker(of: NothingLeavesEarly.self)
    }

    package distributed func hear(_ number: Int, from other: String) {
        gate?.left(number, of: other, by: "An alarm's call")
    }
}
