import RoostStorage
import Synchronization

/// The end of an instance: it is cut off, gives up its place, or goes to sleep.
///
/// Whichever is first decides, under the machine's lock; the others find it gone. Then, in this order: nothing goes to
/// the store any more, the object's sockets are cut off or stay for the next instance, the catalog makes room for that
/// one, and everybody who waits is told.
extension Activation {
    /// Cuts the instance off.
    ///
    /// The object is not affected: its next event starts a fresh instance.
    ///
    /// - Parameter retriesAlarm: Whether an alarm that is being run may run again.
    func reset(because error: any Error, retriesAlarm: Bool = true) {
        guard let waiting = machine.withLock({ $0.reset(error) }) else { return }
        open.store(false, ordering: .releasing)
        lane.fail(StorageError.laneOfReset)
        unsafe entry.inheritances.leave(buffer, of: address, entry.roost.mutations)
        outbox.close()
        // Before there can be a next instance, which would hear of them.
        entry.sockets.take(address.id.raw)?.cutOff()
        leaveCatalog()
        // Before the gate fails: whoever waits for that to look for resets finds this one.
        entry.roost.seams.resets?.note(address, error, gate)
        gate.fail(error)
        if !entry.roost.mutations.contains(.resetForgetsWaiters) {
            for continuation in waiting { continuation.resume(returning: .gone(error)) }
        }
        let ended = endings.withLock { $0.close() }
        if !entry.roost.mutations.contains(.sectionsOutliveReset) { for ending in ended { ending(error) } }
        tellRest()
        let left = instance.withLock { $0 }
        forgetInstance()
        entry.inheritances.leave(left, of: address, entry.roost.mutations)
        entry.roost.observer.objectReset(address, error)
        alarmRun.withLock { $0.take() }?.reset(because: error, retries: retriesAlarm)
    }

    /// Gives up the object's place after the runtime itself has stood in it; those who wait look again.
    func vanish() {
        guard let waiting = machine.withLock({ $0.reset(nil) }) else { return }
        close()
        for continuation in waiting { continuation.resume(returning: .gone(nil)) }
    }

    /// Nobody is in the instance, and nobody will be.
    private func close() {
        open.store(false, ordering: .releasing)
        leaveCatalog()
        _ = endings.withLock { $0.close() }
        tellRest()
        gate.fail(RoostError.instanceGone)
        forgetInstance()
        entry.sockets.forgetUnused(address.id.raw)
    }

    /// Lets go of the instance, which ends when nobody is in it any more.
    func forgetInstance() {
        instance.withLock { $0 = nil }
        localActor.withLock { $0 = nil }
    }

    /// Makes room for the object's next instance; whatever this one could still do to the store has been stopped.
    private func leaveCatalog() {
        entry.catalog.forget(self)
        entry.roost.instanceEnded()
        let waiting = departure.withLock { departure in
            departure.isOver = true
            defer { departure.waiting = [] }
            return departure.waiting
        }
        for continuation in waiting { continuation.resume() }
        // After that, because it takes its time.
        database?.end()
    }

    /// Returns when the instance, which nobody can enter any more, has left the catalog.
    func departed() async {
        await withCheckedContinuation { continuation in
            let isOver = departure.withLock { departure in
                if !departure.isOver { departure.waiting.append(continuation) }
                return departure.isOver
            }
            if isOver { continuation.resume() }
        }
    }

    /// Whether something is in the instance, or waits for it, or it has not started yet.
    var isOccupied: Bool { machine.withLock { $0.isOccupied } }

    /// Puts the object to sleep if it has had nothing to do since `moment`.
    func stopIfIdle(since moment: Duration) -> IdleOutcome {
        // What a failed commit has left unsettled stays so.
        guard isOpen else { return .gone }
        let last = idleSince
        guard last <= moment else { return .active(since: last) }
        let isForced = !gate.isSettled && evictsUnsettled
        // Both at once: an event that comes and goes between two looks would leave a batch on its way behind. (The gate
        // never asks for the machine's lock.)
        let refusal: IdleOutcome? = machine.withLock { machine in
            if machine.isGone { return .gone }
            if machine.isOccupied { return .occupied }
            guard gate.isSettled || isForced else { return .active(since: entry.roost.clock.elapsed) }
            return machine.stopIfIdle() ? nil : .occupied
        }
        if let refusal { return refusal }
        close()
        if entry.roost.mutations.contains(.evictionDropsSockets) { entry.sockets.take(address.id.raw)?.cutOff() }
        entry.roost.observer.instanceStopped(address)
        return .stopped
    }

    /// A deliberate mistake, in two kinds.
    private var evictsUnsettled: Bool {
        if entry.roost.mutations.contains(.dropOnEviction) { lane.fail(StorageError.laneOfReset) }
        return !entry.roost.mutations.isDisjoint(with: [.evictUnsettled, .dropOnEviction])
    }

    enum IdleOutcome {
        case stopped
        case gone
        /// Something was in it after the moment asked for, or is still on its way to the disk.
        case active(since: Duration)
        /// Something is in it.
        case occupied

        var isOver: Bool {
            switch self {
            case .stopped, .gone: true
            case .active, .occupied: false
            }
        }
    }
}
