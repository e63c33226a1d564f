import Distributed
import RoostStorage
import Synchronization

/// One instance of one object, from its start to its end: everything the runtime keeps about it.
///
/// Guarantee: whatever goes into the instance passes `enter`, whatever comes out passes `passage`; its changes go to
/// the store as batches of whole turns, in order. When a commit fails the instance is cut off: its buffer is dropped,
/// its storage refuses, everything waiting is told, and the catalog makes a fresh one for the next event.
///
/// Isolation: `Sendable`; state is in the locks of the two machines. The buffer alone is not: it belongs to the
/// instance's actor, and before that to the task that runs the initializer.
final class Activation: Sendable {
    let entry: ClassEntry
    let address: ObjectAddress
    let gate = OutputGate()

    /// The instance's changes.
    ///
    /// See above for who may touch it.
    nonisolated(unsafe) let buffer = ObjectBuffer()

    /// The object's database; nil when its class has none.
    let database: ObjectDatabase?

    private let machine: Mutex<ActivationStateMachine>
    private let lane = CommitLane()
    /// The instance, as soon as it is complete; its initializer may still be running then.
    private let instance = Mutex<(any DurableObject)?>(nil)
    private let open = Atomic<Bool>(true)
    /// What the machine says of critical sections, readable without its lock.
    private let blocked = Atomic<Bool>(true)
    private let sectionCount = Atomic<UInt64>(ActivationStateMachine.initializer)
    /// Who is told when the instance is cut off.
    private let endings = Mutex(Endings())
    /// Who waits until nothing is in the instance.
    private let resting = Mutex<[CheckedContinuation<Void, Never>]>([])
    /// Set on the actor, in the job that seals what the initializer changed.
    ///
    /// From then on turns seal themselves.
    private let isComplete = Atomic<Bool>(false)
    /// The object's number in the store plus one; zero while it has none.
    private let storedNumber = Atomic<UInt64>(0)
    private let lastActivity: Mutex<Duration>
    /// The run of its alarm, while there is one.
    private let alarmRun = Mutex<AlarmRun?>(nil)
    /// Whether the collector will look at this instance by itself.
    let isWatched = Atomic<Bool>(false)

    init(entry: ClassEntry, address: ObjectAddress) {
        self.entry = entry
        self.address = address
        let configuration = entry.roost.configuration
        database = entry.record.storage == .sql ? ObjectDatabase(pool: entry.roost.databases) : nil
        machine = Mutex(
            ActivationStateMachine(
                eventsMax: configuration.queuedEventsMax,
                bytesMax: configuration.queuedBytesMax
            )
        )
        lastActivity = Mutex(entry.roost.clock.elapsed)
    }

    deinit { database?.end() }

    /// False as soon as the instance is cut off.
    var isOpen: Bool { open.load(ordering: .acquiring) }

    var goneError: RoostError {
        guard let failure = gate.failure else { return .instanceGone }
        return failure as? RoostError ?? Self.resetError
    }

    /// The object's number in the store; nil until something of it is durable.
    var number: ObjectNumber? {
        let stored = storedNumber.load(ordering: .acquiring)
        return stored == 0 ? nil : ObjectNumber(value: stored - 1)
    }

    /// The id as the object itself sees it: without names that are too long.
    var publicID: DurableObjectID {
        guard let name = address.id.name, name.utf8.count > ObjectName.bytesMax else { return address.id }
        return DurableObjectID(raw: address.id.raw, name: nil)
    }

    // MARK: Starting

    /// Whether events are let in at once.
    var isRunning: Bool { machine.withLock { $0.isRunning } }

    /// Runs the initializer.
    ///
    /// Called once, in a task of its own.
    ///
    /// - Parameter outer: The critical section that the first event comes from, if any.
    func start(in outer: CriticalSection?) async {
        let limit = limitStart()
        defer { entry.roost.clock.cancel(limit) }
        do {
            begin(try entry.info(address))
            let section = CriticalSection(of: self, number: ActivationStateMachine.initializer, outer: outer)
            try await migrateSchema()
            let instance = try await CurrentObject.$activation.withValue(self) {
                try await CurrentObject.$section.withValue(section) {
                    try await entry.make(ObjectContext(activation: self))
                }
            }
            await complete(instance)
            // Reset while it was starting: there may be another instance by now, and this one was never awake.
            guard change({ $0.started(instance) }) else { return letGo() }
            entry.roost.observer.instanceStarted(address)
            rest()
            tellRest()
            admitNext()
        } catch {
            reset(because: error)
            letGo()
        }
    }

    private func limitStart() -> TimerToken {
        entry.roost.clock.schedule(after: entry.roost.configuration.blockingTimeMax) { [weak self] in
            self?.overrunStart()
        }
    }

    /// The initializer takes longer than it may, unless it is in a section, which has a limit of its own.
    private func overrunStart() {
        switch machine.withLock({ ($0.isStarting, $0.hasSections) }) {
        case (false, _): return
        case (true, true): _ = limitStart()
        case (true, false): reset(because: RoostError.startedTooLong)
        }
    }

    /// Forgets the instance, which may have become complete after the reset.
    private func letGo() { instance.withLock { $0 = nil } }

    /// Lets the next in of those who wait and may pass.
    private func admitNext() {
        let isLast = entry.roost.mutations.contains(.reversedEntry)
        if let next = change({ $0.admitNext(last: isLast) }) { next.continuation.resume(returning: next.admission) }
    }

    /// Lets the next in as soon as the call of the one before stands in the actor's queue.
    ///
    /// Called by the one before, on its way there. The job goes to the end of that queue from another task, and the
    /// next is let in only when it runs: behind the call.
    private func admitAfter() {
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
        await instance.whenLocal { _ in
            self.isComplete.store(true, ordering: .releasing)
            unsafe self.commitBuffer()
        }
    }

    // MARK: In

    /// Lets an event in, or says why not.
    ///
    /// Waits while the initializer runs.
    ///
    /// - Parameter isFirst: The instance was made for this event; its start begins now, with the event in line.
    /// - Returns: Never `wait`. `gone` has an error when the event waited for a start that failed, and none when the
    ///   instance was gone before, so that a fresh one must be asked.
    func enter(bytes: Int, isFirst: Bool) async -> ActivationStateMachine.Admission {
        let first = machine.withLock { $0.enter(bytes: bytes, sections: CriticalSection.current(of: self)) }
        if isFirst {
            let outer = CurrentObject.section
            entry.roost.seams.start("roost.start") { await self.start(in: outer) }
        }
        guard case .wait(let number) = first else {
            if case .gone = first { return .gone(nil) }
            return first
        }
        return await wait(number)
    }

    /// Asks the machine, and waits if it says so.
    func wait(
        _ ask: (inout ActivationStateMachine) -> ActivationStateMachine.Admission
    ) async -> ActivationStateMachine.Admission {
        let first = change { ask(&$0) }
        guard case .wait(let number) = first else { return first }
        return await wait(number)
    }

    private func wait(_ number: UInt64) async -> ActivationStateMachine.Admission {
        let admission = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known = machine.withLock { $0.park(number, continuation) }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            let continuation = machine.withLock { $0.cancel(number) }
            continuation?.resume(returning: .cancelled)
        }
        switch admission {
        case .entered, .passed: admitAfter()
        default: break
        }
        return admission
    }

    /// Changes the machine where that may begin or end a critical section.
    private func change<Result>(
        _ body: (inout ActivationStateMachine) -> sending Result
    ) -> sending Result {
        machine.withLock { machine in
            defer { blocked.store(machine.isBlocked, ordering: .releasing) }
            return body(&machine)
        }
    }

    /// Whether a critical section runs: everybody who comes back into the object must ask the machine.
    var isBlocked: Bool { blocked.load(ordering: .acquiring) }

    func nextSection() -> UInt64 { sectionCount.add(1, ordering: .relaxed).newValue }

    func end(_ section: CriticalSection) {
        if change({ $0.end(section: section.number) }) { admitNext() }
    }

    func hold() -> ActivationStateMachine.Admission { machine.withLock { $0.hold() } }

    func leave(bytes: Int) {
        let isAwaited = machine.withLock { $0.leave(bytes: bytes) }
        rest()
        if isAwaited { tellRest() }
    }

    /// Notes the time, and has the collector look in later.
    private func rest() {
        let now = entry.roost.clock.elapsed
        lastActivity.withLock { $0 = now }
        if !isWatched.exchange(true, ordering: .acquiringAndReleasing) {
            entry.roost.collector.watch(self, since: now)
        }
    }

    // MARK: Out

    /// Returns when what the object has changed so far is durable.
    func passage(everything: Bool = false) async throws {
        if !isComplete.load(ordering: .acquiring) { await sealDuringStart() }
        try await gate.passage(everything: everything)
    }

    /// The initializer waits for something; what it has changed so far must not wait for its end.
    private func sealDuringStart() async {
        guard let instance = instance.withLock({ $0 }) else {
            // Not complete yet: nobody but the initializer, which is waiting here, can reach the buffer.
            unsafe commitBuffer()
            return
        }
        await seal(instance)
    }

    private func seal<Object: DurableObject>(_ instance: Object) async {
        await instance.whenLocal { _ in unsafe self.commitBuffer() }
    }

    // MARK: Batches

    /// Has the open batch sealed when the running turn has ended.
    ///
    /// Called in a turn, at its first change.
    func scheduleSeal() {
        // While the initializer runs, its end seals.
        guard isComplete.load(ordering: .acquiring), let instance = instance.withLock({ $0 }) else { return }
        scheduleSeal(instance)
    }

    private func scheduleSeal<Object: DurableObject>(_ instance: Object) {
        if entry.roost.mutations.contains(.splitTurns), database?.isInPart != true { return unsafe commitBuffer() }
        instance.assumeIsolated { instance in
            entry.roost.seams.startNext(on: instance.asLocalActor, "roost.seal") { unsafe self.commitBuffer() }
        }
    }

    /// Hands the open batch to the commit queue.
    ///
    /// Unsafe because the caller must be where the buffer may be used: on the actor, or in the initializer.
    @unsafe func commitBuffer() {
        guard isOpen, unsafe flushDatabase(), let (sequence, changes) = unsafe buffer.seal() else { return }
        let alarm = unsafe buffer.takeAlarmChange(changes)
        let batch = Batch(
            object: address.reference,
            name: publicID.name,
            sequence: sequence,
            changes: entry.roost.mutations.contains(.emptyBatches) && sequence % 3 == 0 ? [] : changes
        )
        if entry.roost.mutations.contains(.openBatchSkipsGate) { gate.changed(batch: sequence, confirmed: true) }
        entry.roost.store.commit(batch, lane: lane) { [self] result in
            switch result {
            case .success(let receipt):
                setNumber(receipt.object)
                // Before the gate: whoever hears that an alarm is set may count on it.
                if let alarm { entry.alarmChanged(address, receipt.object, alarm) }
                gate.settled(batch: sequence)
            case .failure(let error):
                if entry.roost.mutations.contains(.ignoreFailedCommits), ignore(error, of: sequence) { return }
                reset(because: RoostError.commitFailed(error))
            }
        }
    }

    // MARK: Those who must hear of the end

    /// Has `action` called when the instance is cut off, unless it is forgotten before; nil when it is cut off by now.
    func whenCutOff(_ action: @escaping @Sendable (any Error) -> Void) -> UInt64? {
        endings.withLock { $0.add(action) }
    }

    func forget(_ ending: UInt64) { endings.withLock { $0.remove(ending) } }

    /// Returns when nothing is in the instance, or it is gone.
    func rested() async {
        await withCheckedContinuation { continuation in
            let waits = machine.withLock { machine in
                guard machine.awaitRest() else { return false }
                resting.withLock { $0.append(continuation) }
                return true
            }
            if !waits { continuation.resume() }
        }
    }

    func tellRest() {
        for continuation in resting.withLock({ waiting in
            defer { waiting = [] }
            return waiting
        }) { continuation.resume() }
    }

    private struct Endings {
        private var actions: [UInt64: @Sendable (any Error) -> Void] = [:]
        private var next: UInt64 = 1
        private var isClosed = false

        mutating func add(_ action: @escaping @Sendable (any Error) -> Void) -> UInt64? {
            guard !isClosed else { return nil }
            defer { next += 1 }
            actions[next] = action
            return next
        }

        mutating func remove(_ number: UInt64) { actions[number] = nil }

        /// All that were added, in order; nothing can be added any more.
        mutating func close() -> [@Sendable (any Error) -> Void] {
            isClosed = true
            defer { actions = [:] }
            return actions.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    // MARK: Alarms

    /// Notes the run that is to be told when the instance is cut off; false when it is by now.
    func begin(_ run: AlarmRun) -> Bool {
        alarmRun.withLock { $0 = run }
        return isOpen
    }

    func end(_ run: AlarmRun) {
        alarmRun.withLock { current in
            if current === run { current = nil }
        }
    }

    /// A run takes longer than it may.
    func overrun(_ run: AlarmRun) {
        guard alarmRun.withLock({ $0 === run }) else { return }
        reset(
            because: RoostError(
                .objectReset,
                "Alarm exceeded its allowed execution time",
                overloaded: true,
                reset: true
            )
        )
    }

    /// Counts a failed batch as committed: a deliberate mistake.
    private func ignore(_ error: StorageError, of sequence: UInt64) -> Bool {
        guard error.code == .diskFull || error.code == .laneFailed else { return false }
        while gate.durable < sequence { gate.settled(batch: gate.durable + 1) }
        return true
    }

    private func setNumber(_ number: ObjectNumber) { storedNumber.store(number.value + 1, ordering: .releasing) }

    // MARK: The end

    /// Cuts the instance off.
    ///
    /// The object is not affected: its next event starts a fresh instance.
    ///
    /// - Parameter retriesAlarm: Whether an alarm that is being run may run again.
    func reset(because error: any Error, retriesAlarm: Bool = true) {
        guard let waiting = machine.withLock({ $0.reset(error) }) else { return }
        open.store(false, ordering: .releasing)
        lane.fail(Self.laneError)
        unsafe entry.inheritances.leave(buffer, of: address, entry.roost.mutations)
        database?.end()
        entry.catalog.forget(self)
        entry.roost.instanceEnded()
        gate.fail(error)
        for continuation in waiting { continuation.resume(returning: .gone(error)) }
        for ending in endings.withLock({ $0.close() }) { ending(error) }
        tellRest()
        instance.withLock { $0 = nil }
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
        database?.end()
        _ = endings.withLock { $0.close() }
        tellRest()
        entry.catalog.forget(self)
        entry.roost.instanceEnded()
        gate.fail(RoostError.instanceGone)
        instance.withLock { $0 = nil }
    }

    /// Puts the object to sleep if it has had nothing to do since `moment`.
    func stopIfIdle(since moment: Duration) -> IdleOutcome {
        // What a failed commit has left unsettled stays so.
        guard isOpen else { return .gone }
        let last = lastActivity.withLock { $0 }
        guard last <= moment else { return .busy(since: last) }
        guard gate.isSettled || evictsUnsettled else { return .busy(since: entry.roost.clock.elapsed) }
        guard machine.withLock({ $0.stopIfIdle() }) else {
            return machine.withLock { $0.isGone } ? .gone : .busy(since: entry.roost.clock.elapsed)
        }
        close()
        entry.roost.observer.instanceStopped(address)
        return .stopped
    }

    /// A deliberate mistake, in two kinds.
    private var evictsUnsettled: Bool {
        if entry.roost.mutations.contains(.dropOnEviction) { lane.fail(Self.laneError) }
        return !entry.roost.mutations.isDisjoint(with: [.evictUnsettled, .dropOnEviction])
    }

    enum IdleOutcome {
        case stopped
        case gone
        case busy(since: Duration)
    }

    private static let laneError = StorageError(
        .laneFailed,
        "The object was reset before this batch could be committed."
    )

    private static let resetError = RoostError(
        .objectReset,
        "The object was reset before the call was done; what the call had changed may not have been kept.",
        retryable: true,
        reset: true
    )
}

/// The object that the current task works for.
///
/// Outgoing calls are held at that object's gate.
enum CurrentObject {
    @TaskLocal static var activation: Activation?
    /// The critical section that the current task is in, of that object or of one that called it.
    @TaskLocal static var section: CriticalSection?
}

/// The rules for object names.
enum ObjectName {
    /// Longer names still make ids; but the object itself does not see them (the origin's rule).
    static let bytesMax = 1_024
}
