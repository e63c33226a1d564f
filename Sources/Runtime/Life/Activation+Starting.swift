import Distributed
import RoostStorage
import Synchronization

/// From the first event to the moment when the initializer has returned and those who waited are let in, one by one.
extension Activation {
    /// Whether events are let in at once.
    var isRunning: Bool { machine.withLock { $0.isRunning } }

    /// Runs the initializer.
    ///
    /// Called once, in a task of its own.
    ///
    /// - Parameter outer: The critical section that the first event comes from, if any.
    func start(in outer: CriticalSection?) async {
        let section = CriticalSection(of: self, number: ActivationStateMachine.initializer, outer: outer)
        begins(section)
        defer { ends(section) }
        let limit = limitStart(section)
        defer { entry.roost.clock.cancel(limit) }
        do {
            begin(try entry.info(address))
            guard isOpen else { return forgetInstance() }
            try await migrateSchema()
            let instance = try await CurrentObject.$activation.withValue(self) {
                try await CurrentObject.$section.withValue(section) {
                    if let left = entry.inheritances.take(address, entry.roost.mutations) { return left }
                    return try await entry.make(ObjectContext(activation: self))
                }
            }
            if !entry.roost.mutations.isEmpty { ready(instance) }
            await complete(instance)
            // Reset while it was starting: there may be another instance by now, and this one was never awake.
            guard change({ $0.started(instance) }) else { return forgetInstance() }
            entry.roost.observer.instanceStarted(address)
            outbox.begin(self)
            rest()
            tellRest()
            admitNext()
        } catch {
            reset(because: error)
            // It may have become complete after the reset.
            forgetInstance()
        }
    }

    private func limitStart(_ section: CriticalSection) -> TimerToken {
        entry.roost.clock.schedule(after: entry.roost.configuration.blockingTimeMax) { [weak self] in
            self?.overrunStart(section)
        }
    }

    /// The initializer takes longer than it may, unless it is in a section, which has a limit of its own.
    private func overrunStart(_ section: CriticalSection) {
        switch machine.withLock({ ($0.isStarting, $0.hasSections) }) {
        case (false, _): return
        case (true, true): _ = limitStart(section)
        case (true, false): reset(because: lastsTooLong(section, otherwise: .startedTooLong))
        }
    }

    /// Lets the next in of those who wait and may pass.
    func admitNext() {
        let isLast =
            entry.roost.mutations.contains(.reversedEntry)
            || (entry.roost.mutations.contains(.reversedAfterSections) && hasHadSections)
        if let next = change({ $0.admitNext(last: isLast) }) {
            next.continuation.resume(returning: next.admission)
        } else {
            // Those who waited may all have gone, and nothing else is inside.
            rest()
            tellRest()
        }
    }

    /// Lets the next in as soon as the call of the one before stands in the actor's queue.
    ///
    /// Called by the one before, on its way there. The job goes to the end of that queue from another task, and the
    /// next is let in only when it runs: behind the call.
    func admitAfter() {
        guard let instance = instance.withLock({ $0 }) else { return admitNext() }
        admitAfter(instance)
    }

    private func admitAfter<Object: DurableObject>(_ instance: Object) {
        entry.roost.seams.start("roost.admit") { await instance.whenLocal { _ in self.admitNext() } }
    }

    /// Takes over what the store knows of the object.
    func begin(_ info: ObjectInfo?) {
        if let info { setNumber(info.number) }
        let last = info?.lastSequence ?? 0
        gate.begin(durable: last)
        unsafe buffer.begin(lastBatch: last)
        unsafe entry.inheritances.take(address, entry.roost.mutations, into: buffer)
    }

    /// The compiler tells that the instance is complete.
    func ready(_ instance: any DurableObject) { self.instance.withLock { $0 = instance } }

    private func complete<Object: DurableObject>(_ instance: Object) async {
        await instance.whenLocal { instance in
            self.localActor.withLock { $0 = instance.asLocalActor }
            self.isComplete.store(true, ordering: .releasing)
            unsafe self.commitBuffer()
        }
    }
}
