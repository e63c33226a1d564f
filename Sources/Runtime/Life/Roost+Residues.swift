import Synchronization

/// What is going on in an object at this moment.
package struct ObjectResidue: Sendable {
    /// The object.
    package let object: ObjectAddress
    /// Events and background tasks that are inside.
    package let running: Int
    /// Those who wait to be let in.
    package let waiting: Int
    /// Those who wait at the output gate for the disk.
    package let held: Int
    /// Whether its initializer or a critical section runs.
    package let isBlocked: Bool
}

/// What a test looks at when it ends.
extension Roost {
    /// The objects in which something is going on, in the order of their ids.
    package func residues() -> [ObjectResidue] {
        allLive.compactMap(\.residue).sorted { "\($0.object)" < "\($1.object)" }
    }

    /// Returns when nothing is going on in any object that is awake, or when the limit has passed.
    ///
    /// - Parameters:
    ///   - limit: How long to wait for all of them together.
    ///   - clock: What the limit is measured by; the runtime's own clock may stand still.
    package func comeToRest(within limit: Duration, by clock: any RuntimeClock) async {
        let end = clock.elapsed + limit
        for activation in allLive { await activation.comeToRest(until: end, by: clock) }
    }
}

extension Activation {
    fileprivate var residue: ObjectResidue? {
        let (running, waiting, isBlocked) = machine.withLock { machine in
            (machine.load - machine.waitingCount, machine.waitingCount, machine.isBlocked)
        }
        let held = gate.waiterCount
        guard running > 0 || waiting > 0 || held > 0 || isBlocked else { return nil }
        return ObjectResidue(object: address, running: running, waiting: waiting, held: held, isBlocked: isBlocked)
    }

    fileprivate func comeToRest(until end: Duration, by clock: any RuntimeClock) async {
        await withCheckedContinuation { continuation in
            let waits = machine.withLock { machine in
                guard machine.awaitRest() else { return false }
                resting.withLock { $0.append(continuation) }
                return true
            }
            guard waits else { return continuation.resume() }
            // Set when somebody waits, so that it cannot ring too early.
            clock.schedule(after: end - clock.elapsed) { [weak self] in self?.tellRest() }
        }
        guard !gate.isSettled else { return }
        let passing = entry.roost.seams.start("roost.rest") { await self.gate.rest() }
        let timer = clock.schedule(after: end - clock.elapsed) { passing.cancel() }
        await passing.value
        clock.cancel(timer)
    }
}
