package import Distributed
package import RoostRuntime

/// A list of things to do, done when its alarm rings: in one turn, after a pause, and not always at the first attempt.
package distributed actor SimulatedAlarms: DurableObject {
    private let storage: ObjectStorage
    private let clock: any RuntimeClock
    private let random: any RandomSource

    package init(context: ObjectContext) {
        actorSystem = context.actorSystem
        storage = context.storage
        clock = context.clock
        random = context.random
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
        precondition(invocation.scheduledTime <= clock.now, "An alarm rang before its time.")
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
    }

    private struct Busy: Error {}
}
