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
    private static let serials = Atomic<UInt64>(0)

    let entry: ClassEntry
    let address: ObjectAddress
    /// Tells instances apart, also those that are gone: no two have the same.
    let serial = serials.add(1, ordering: .relaxed).newValue
    let gate = OutputGate()
    /// Its calls that wait at the gate.
    let departures = Departures()

    /// The instance's changes.
    ///
    /// See above for who may touch it.
    nonisolated(unsafe) let buffer = ObjectBuffer()

    /// The object's database; nil when its class has none.
    let database: ObjectDatabase?

    let machine: Mutex<ActivationStateMachine>
    let lane = CommitLane()
    /// The instance, as soon as it is complete; its initializer may still be running then.
    let instance = Mutex<(any DurableObject)?>(nil)
    let open = Atomic<Bool>(true)
    /// What the machine says to those who come back, readable without its lock.
    private let blocked = Atomic<Bool>(true)
    private let sectionCount = Atomic<UInt64>(ActivationStateMachine.initializer)
    /// The critical sections that run, by number.
    let sections = Mutex<[UInt64: CriticalSection]>([:])
    /// Who is told when the instance is cut off.
    let endings = Mutex(Endings())
    /// Who waits until nothing is in the instance.
    let resting = Mutex<[CheckedContinuation<Void, Never>]>([])
    /// Who has found the instance at its end and waits for it to leave the catalog.
    let departure = Mutex<(isOver: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))
    /// The instance as the actor that it is here; from the end of its initializer on.
    let localActor = Mutex<(any Actor)?>(nil)
    /// Set on the actor, in the job that seals what the initializer changed.
    ///
    /// From then on turns seal themselves.
    let isComplete = Atomic<Bool>(false)
    /// The object's number in the store plus one; zero while it has none.
    private let storedNumber = Atomic<UInt64>(0)
    private let lastActivity: Mutex<Duration>
    /// The run of its alarm, while there is one.
    let alarmRun = Mutex<AlarmRun?>(nil)
    /// What it has sent over its WebSockets and what may not leave yet.
    let outbox = SocketOutbox()
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
        return failure as? RoostError ?? .resetBeforeDone
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

    // MARK: In

    /// Lets an event in, or says why not.
    ///
    /// Waits while the initializer runs.
    ///
    /// - Parameter isFirst: The instance was made for this event; its start begins now, with the event in line.
    /// - Returns: Never `wait`. `gone` has an error when the event waited for a start that failed, and none when the
    ///   instance was gone before, so that a fresh one must be asked.
    func enter(bytes: Int, isFirst: Bool) async -> ActivationStateMachine.Admission {
        let (admission, hasWaited) = await arrive(bytes: bytes, isFirst: isFirst)
        if hasWaited { admitAfter() }
        return admission
    }

    /// Lets an event in that nothing keeps out; nil when it must ask `enter`.
    func enterAtOnce(bytes: Int) -> (any DurableObject)? { machine.withLock { $0.enterAtOnce(bytes: bytes) } }

    /// The same for somebody who calls `admitNext` himself when he is on the actor, if he had to wait.
    ///
    /// - Parameter departure: The event's place in line where it comes from, left as soon as it stands in line here.
    func arrive(
        bytes: Int,
        isFirst: Bool,
        departure: Departure? = nil,
        entrance: Entrance = .ordinary
    ) async -> (admission: ActivationStateMachine.Admission, hasWaited: Bool) {
        let letsIn = entry.roost.mutations.contains(.sectionsLetEventsIn)
        let first = machine.withLock { machine in
            let running = letsIn && machine.isRunning ? machine.sections : nil
            return machine.enter(
                bytes: bytes,
                passesLimits: entrance.passesLimits,
                sections: running ?? CriticalSection.current(of: self)
            )
        }
        if isFirst {
            let outer = CurrentObject.section
            entry.roost.seams.start("roost.start") { await self.start(in: outer) }
        }
        guard case .wait(let number) = first else {
            if case .gone = first { return (.gone(nil), false) }
            return (first, false)
        }
        departure?.leave()
        let admission = await wait(number)
        if case .entered = admission { return (admission, true) }
        return (admission, false)
    }

    /// Asks the machine, and waits if it says so.
    ///
    /// - Parameter isCancellable: Whether somebody whose task is cancelled gives up waiting.
    func wait(
        isCancellable: Bool,
        _ ask: (inout ActivationStateMachine) -> ActivationStateMachine.Admission
    ) async -> ActivationStateMachine.Admission {
        let first = change { ask(&$0) }
        guard case .wait(let number) = first else { return first }
        let admission = await wait(number, isCancellable: isCancellable)
        if case .passed = admission { admitAfter() }
        return admission
    }

    private func wait(_ number: UInt64, isCancellable: Bool = true) async -> ActivationStateMachine.Admission {
        let forget = CurrentObject.section?.waits(at: self)
        defer { forget?() }
        let admission: ActivationStateMachine.Admission
        if isCancellable {
            admission = await withTaskCancellationHandler {
                await park(number)
            } onCancel: {
                let continuation = machine.withLock { $0.cancel(number) }
                continuation?.resume(returning: .cancelled)
            }
        } else {
            admission = await park(number)
        }
        switch admission {
        case .cancelled: tellRest()
        case .gone(.some): gate.failureWasTold()
        default: break
        }
        return admission
    }

    private func park(_ number: UInt64) async -> ActivationStateMachine.Admission {
        await withCheckedContinuation { continuation in
            let known = machine.withLock { $0.park(number, continuation) }
            if let known { continuation.resume(returning: known) }
        }
    }

    /// Changes the machine where that may begin or end a critical section.
    func change<Result>(
        _ body: (inout ActivationStateMachine) -> sending Result
    ) -> sending Result {
        machine.withLock { machine in
            defer { blocked.store(machine.isBlocked || machine.isAdmitting, ordering: .releasing) }
            return body(&machine)
        }
    }

    /// Whether a critical section runs, or those who waited for one are on their way in: everybody who comes back into
    /// the object must ask the machine.
    var isBlocked: Bool { blocked.load(ordering: .acquiring) }

    /// When something happened in the instance last.
    var idleSince: Duration { lastActivity.withLock { $0 } }

    /// Whether a critical section other than the initializer has ever been asked for.
    var hasHadSections: Bool { sectionCount.load(ordering: .relaxed) > ActivationStateMachine.initializer }

    func nextSection() -> UInt64 { sectionCount.add(1, ordering: .relaxed).newValue }

    /// A section has ended well.
    ///
    /// - Returns: Whether those who wait are still to be let in with `admitNext`, by whoever has waited for the
    ///   section: he goes first.
    func end(_ section: CriticalSection) -> Bool {
        let admits = change { $0.end(section: section.number) }
        rest()
        tellRest()
        return admits
    }

    func hold() -> ActivationStateMachine.Admission { machine.withLock { $0.hold() } }

    /// Keeps the instance awake until `leave`, whatever its limits; false when it is gone.
    func keep() -> Bool { machine.withLock { $0.keep() } }

    func leave(bytes: Int) {
        let isAwaited = machine.withLock { $0.leave(bytes: bytes) }
        rest()
        if isAwaited { tellRest() }
    }

    /// Notes the time, and has the collector look in later.
    func rest() {
        let now = entry.roost.clock.elapsed
        lastActivity.withLock { $0 = now }
        if !isWatched.exchange(true, ordering: .sequentiallyConsistent) {
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
        guard isComplete.load(ordering: .acquiring), unsafe !buffer.isSealedByTurn,
            let instance = instance.withLock({ $0 })
        else { return }
        scheduleSeal(instance)
    }

    /// Runs a turn that ends with `body`, and seals its changes there.
    ///
    /// That spares a job; but where others wait for the actor, the job comes after them and puts their turns into the
    /// same batch.
    @unsafe func turn<Result>(_ body: () throws -> Result) rethrows -> Result {
        guard machine.withLock({ $0.load }) == 1, entry.roost.mutations.isEmpty else { return try body() }
        unsafe buffer.isSealedByTurn = true
        defer {
            unsafe buffer.isSealedByTurn = false
            unsafe commitBuffer()
        }
        return try body()
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

    /// Counts a failed batch as committed: a deliberate mistake.
    private func ignore(_ error: StorageError, of sequence: UInt64) -> Bool {
        guard error.code == .diskFull || error.code == .laneFailed else { return false }
        while gate.durable < sequence { gate.settled(batch: gate.durable + 1) }
        return true
    }

    func setNumber(_ number: ObjectNumber) { storedNumber.store(number.value + 1, ordering: .releasing) }

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
}
