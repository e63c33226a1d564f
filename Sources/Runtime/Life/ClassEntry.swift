import RoostStorage
import Synchronization

/// One registered class: what its objects are made of, and those that are awake.
final class ClassEntry: Sendable {
    /// The runtime.
    ///
    /// It and its classes hold each other until `Roost.shutdown` lets go.
    let roost: Roost
    let record: ClassRecord
    let key: NamespaceKey
    let catalog: Catalog
    let sockets: SocketHub
    let typeID: ObjectIdentifier
    /// Whether objects of the class can be woken by an alarm.
    let handlesAlarms: Bool
    let inheritances = MutantInheritances()
    /// The class's schema migrations; nil when it has none.
    let schema: ClassSchema?
    let make: @Sendable (sending ObjectContext) async throws -> any DurableObject
    /// How events other than calls reach the objects, for those who do not know the type.
    let events: ObjectEvents

    init<Object: DurableObject>(roost: Roost, record: ClassRecord, type: Object.Type, schema: ClassSchema?) {
        self.roost = roost
        self.schema = schema
        self.record = record
        key = NamespaceKey(uniqueKey: record.uniqueKey)
        typeID = ObjectIdentifier(type)
        handlesAlarms = Object.AlarmResult.self != NoAlarmHandler.self
        make = { context in try await Object(context: context) }
        events = ObjectEvents(type)
        catalog = Catalog()
        sockets = SocketHub(catalog: catalog)
    }

    func address(_ id: DurableObjectID) -> ObjectAddress { ObjectAddress(classKey: record.key, proven: id) }

    // MARK: Events

    /// Brings one event from a caller into the object.
    ///
    /// The event leaves the calling object, if there is one: what that has changed must be durable first. Then it is
    /// let into the one instance, which is started if it sleeps.
    ///
    /// Whoever visits lets the next of those who wait in when he is on the actor, if ``Visit/hasWaited``.
    ///
    /// - Parameter entrance: What may keep it out, when it comes from no object.
    func visit(_ address: ObjectAddress, bytes: Int, entrance: Entrance = .ordinary) async throws -> Visit {
        if entrance == .ordinary, let visit = visitAtOnce(address, bytes: bytes) { return visit }
        let caller = CurrentObject.activation
        var departure: Departure?
        if let caller, !skipsGate(caller) { departure = try await caller.depart(to: address.id.raw) }
        roost.observer.callArrived(address)
        do {
            let (activation, instance, hasWaited) = try await enter(
                address,
                bytes: bytes,
                entrance: caller == nil ? entrance : .whileDraining,
                admitsNext: false,
                departure: departure
            )
            return Visit(
                activation: activation,
                instance: instance,
                bytes: bytes,
                isInternal: caller != nil,
                hasWaited: hasWaited,
                departure: departure
            )
        } catch {
            departure?.leave()
            throw error
        }
    }

    /// Brings an event into an object that is awake and lets it in at once, without all the steps that may have to
    /// wait; nil when it has to go through them.
    private func visitAtOnce(_ address: ObjectAddress, bytes: Int) -> Visit? {
        guard CurrentObject.activation == nil, !roost.isDraining, let activation = catalog.existing(address.id.raw),
            !passesOver(activation), let instance = activation.enterAtOnce(bytes: bytes)
        else { return nil }
        roost.observer.callArrived(address)
        return Visit(
            activation: activation,
            instance: instance,
            bytes: bytes,
            isInternal: false,
            hasWaited: false,
            departure: nil
        )
    }

    /// Whether a call leaves its object without waiting: never, but in a test of the checkers.
    private func skipsGate(_ caller: Activation) -> Bool {
        guard !roost.mutations.isEmpty else { return false }
        return roost.mutations.contains(.callsSkipGate)
            || (roost.mutations.contains(.alarmsSkipGate) && caller.alarmRun.withLock { $0 != nil })
    }

    /// Finds the object's instance, waking it if it sleeps, and lets one event into it.
    ///
    /// - Parameters:
    ///   - entrance: What may keep it out.
    ///   - admitsNext: Whether the next of those who wait is let in here, as soon as the actor is free; otherwise the
    ///     caller does that.
    ///   - departure: The event's place in line where it comes from, left as soon as it stands in line here.
    func enter(
        _ address: ObjectAddress,
        bytes: Int,
        entrance: Entrance,
        admitsNext: Bool = true,
        departure: Departure? = nil
    ) async throws -> (Activation, any DurableObject, hasWaited: Bool) {
        guard entrance.passesDraining || !roost.isDraining else { throw RoostError.shuttingDown }
        for _ in 0..<Self.attemptsMax {
            let (activation, isNew) = try find(address)
            let (admission, hasWaited) = await activation.arrive(
                bytes: bytes,
                isFirst: isNew,
                departure: departure,
                entrance: entrance
            )
            if hasWaited, admitsNext { activation.admitAfter() }
            switch admission {
            case .entered(let instance): return (activation, instance, hasWaited)
            case .overloaded(let error): throw error
            case .cancelled: throw CancellationError()
            case .gone(.some(let error)): throw error
            case .gone(.none): await activation.departed()
            case .deadlock: throw RoostError.deadlock
            case .wait, .passed: preconditionFailure("A waiting event was not parked.")
            }
        }
        throw RoostError.resetAgainAndAgain
    }

    private static let attemptsMax = 16

    private func find(_ address: ObjectAddress) throws(RoostError) -> (Activation, isNew: Bool) {
        if let activation = catalog.existing(address.id.raw), !passesOver(activation) { return (activation, false) }
        try roost.instanceBegins()
        roost.alarms.startIfNeeded()
        let found = catalog.activation(for: address, of: self)
        // Somebody else was faster.
        guard found.isNew else {
            roost.instanceEnded()
            return found
        }
        // Whoever releases the runtime has looked for instances before this one stood there.
        if roost.isReleased {
            found.0.vanish()
            throw RoostError.shuttingDown
        }
        return found
    }

    // MARK: Alarms

    /// A batch that changed an object's alarm is durable.
    func alarmChanged(_ address: ObjectAddress, _ number: ObjectNumber, _ change: AlarmChange) {
        var due: Int64 = 0
        if case .due(let time) = change { due = time }
        let alarm = AlarmAgenda.Alarm(
            due: due,
            classNumber: record.number,
            number: number.value,
            object: address.reference
        )
        roost.alarms.changed(alarm, change)
    }

    /// Decides about an object's alarm in its storage, and returns when that is durable.
    ///
    /// It works on the instance when the object is awake, and in its place when it sleeps or cannot be started.
    func settleAlarm(
        _ address: ObjectAddress,
        _ settlement: @escaping AlarmDecision.Settlement
    ) async throws -> AlarmDecision {
        for _ in 0..<Self.attemptsMax {
            let (activation, isNew) = try find(address)
            if isNew { return try await activation.standIn(settlement) }
            switch await activation.enter(bytes: 0, isFirst: false) {
            case .entered(let instance):
                defer { activation.leave(bytes: 0) }
                return try await activation.settleAlarm(instance, settlement)
            case .overloaded(let error): throw error
            case .cancelled: throw CancellationError()
            case .gone: await activation.departed()
            case .deadlock: throw RoostError.deadlock
            case .wait, .passed: preconditionFailure("A waiting event was not parked.")
            }
        }
        throw RoostError.resetAgainAndAgain
    }

    /// Whether an instance that is there is not used: never, but in a test of the checkers.
    func passesOver(_ activation: Activation) -> Bool {
        roost.mutations.contains(.wakeRace) && !activation.isRunning
    }

    // MARK: Reading the store

    func info(_ address: ObjectAddress) throws(RoostError) -> ObjectInfo? {
        do { return try roost.store.info(of: address.reference) } catch { throw RoostError(error) }
    }

    /// The value of a key, given with its space in front.
    func read(_ number: ObjectNumber, _ key: [UInt8]) throws(RoostError) -> ObjectBuffer.Value? {
        let (space, key) = ObjectBuffer.split(key)
        do {
            return try roost.store.read { transaction throws(StorageError) in
                try transaction.withValue(
                    classNumber: record.number,
                    object: number,
                    space: space,
                    key: key
                ) { tag, payload in
                    ObjectBuffer.Value(tag: tag, payload: Self.bytes(payload))
                }
            }
        } catch {
            throw RoostError(error)
        }
    }

    /// Shows a page of an object's database where it lies in the store; number zero is the number of pages.
    ///
    /// - Returns: Whether there is one.
    func showPage(
        _ page: UInt32,
        of object: ObjectNumber,
        to body: (RawSpan) -> Void
    ) throws(StorageError) -> Bool {
        try roost.store.read { transaction throws(StorageError) in
            try transaction.withValue(
                classNumber: record.number,
                object: object,
                space: .pages,
                key: SQLPageLayout.key(ofPage: page)
            ) { _, payload in body(payload) } != nil
        }
    }

    /// The first `limit` entries of a range, or the last ones in descending order.
    func entries(
        _ number: ObjectNumber,
        _ space: Space,
        _ range: ListRange,
        reverse: Bool,
        limit: Int
    ) throws(RoostError) -> [(key: [UInt8], value: ObjectBuffer.Value)] {
        do {
            return try roost.store.read { transaction throws(StorageError) in
                var entries: [(key: [UInt8], value: ObjectBuffer.Value)] = []
                try transaction.scan(
                    classNumber: record.number,
                    object: number,
                    space: space,
                    from: range.lower,
                    to: range.upper,
                    reverse: reverse
                ) { key, tag, payload in
                    entries.append((Self.bytes(key), ObjectBuffer.Value(tag: tag, payload: Self.bytes(payload))))
                    return entries.count < limit
                }
                return entries
            }
        } catch {
            throw RoostError(error)
        }
    }

    /// Copies what lies in the store's map: nothing of that may outlive the read.
    private static func bytes(_ span: RawSpan) -> [UInt8] {
        unsafe span.withUnsafeBytes { unsafe Array($0) }
    }
}
