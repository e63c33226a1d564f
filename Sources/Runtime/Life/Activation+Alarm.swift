import Distributed
import RoostStorage
import Synchronization

/// An alarm inside its object.
///
/// Invariants
/// 1. The run compares with what is durable: an alarm that was cleared or moved away meanwhile does not run; one that
///    is to be changed by a batch still on its way does, and that change stands.
/// 2. Between the handler's last step and the clearing of its alarm nothing suspends, so both are in one batch: either
///    the handler's last changes and the end of its alarm are durable, or the alarm runs again.
/// 3. The same holds for the record of the next attempt when the handler throws.
/// 4. What is cleared or put off is the very record that fired: a record that differs is a newer alarm, and stays.
extension Activation {
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

    /// Runs the handler in a turn of the object.
    func runAlarm<Object: DurableObject>(
        _ instance: Object,
        _ run: AlarmRun,
        startsOver: Bool
    ) async -> AlarmVerdict {
        let verdict = await CurrentObject.$activation.withValue(self) {
            await instance.whenLocal { object in await self.runAlarm(on: object, run, startsOver: startsOver) }
        }
        return verdict ?? .notDue
    }

    private func runAlarm<Object: DurableObject>(
        on object: isolated Object,
        _ run: AlarmRun,
        startsOver: Bool
    ) async -> AlarmVerdict {
        let storage = ObjectStorage(activation: self)
        let record: AlarmRecord
        do throws(RoostError) {
            try storage.begin()
            guard let fired = try storage.durableAlarm() else { return .notDue }
            record = try AlarmRecord(fired)
            let now = entry.roost.mutations.alarmTime(entry.roost.clock.now.milliseconds)
            guard record.due <= now else { return .notDue }
            storage.buffer.alarm.fired = fired
            run.arm(fired)
        } catch {
            return .broken(error)
        }
        do {
            _ = try await object.alarm(record.invocation)
        } catch {
            return failed(storage, record, error, startsOver: startsOver)
        }
        guard isOpen else { return .broken(goneError) }
        return settle(storage) { _ in
            .succeeded
        } with: {
            nil
        }
    }

    private func failed(
        _ storage: ObjectStorage,
        _ record: AlarmRecord,
        _ error: any Error,
        startsOver: Bool
    ) -> AlarmVerdict {
        guard isOpen else { return .broken(error) }
        var next = AlarmRetry.next(
            after: record,
            startsOver: startsOver,
            now: entry.roost.clock.now.milliseconds,
            batch: storage.buffer.openBatch,
            chance: entry.roost.random.fraction()
        )
        if entry.roost.mutations.contains(.alarmRetriesUncounted) { next?.retries = record.retries }
        let retry = next
        let failure = AlarmFailure(invocation: record.invocation, error: error, isCounted: true)
        return settle(storage) {
            .failed(failure, abandoned: $0 && retry == nil)
        } with: {
            retry?.value
        }
    }

    /// Replaces the record that fired, if it still stands, and lets the object see its alarm again.
    private func settle(
        _ storage: ObjectStorage,
        verdict: (_ stood: Bool) -> AlarmVerdict,
        with value: () -> ObjectBuffer.Value?
    ) -> AlarmVerdict {
        do throws(RoostError) {
            let stands = try storage.storedAlarm() == storage.buffer.alarm.fired
            storage.buffer.alarm.fired = nil
            if stands { storage.replaceAlarm(value()) }
            return verdict(stands)
        } catch {
            storage.buffer.alarm.fired = nil
            return .broken(error)
        }
    }

    // MARK: From outside a run

    /// Changes the alarm's record in a turn of the object, and returns when that is durable.
    func settleAlarm<Object: DurableObject>(
        _ instance: Object,
        _ settlement: @escaping AlarmDecision.Settlement
    ) async throws -> AlarmDecision {
        let decision = try await instance.whenLocal { _ in
            let storage = ObjectStorage(activation: self)
            try storage.begin()
            let decision = settlement(try storage.storedAlarm(), storage.buffer.openBatch)
            if case .replace(let value) = decision { storage.replaceAlarm(value) }
            return decision
        }
        try await passage(everything: true)
        return decision ?? .keep
    }

    /// Changes the alarm's record in the place of an instance, without starting one, and returns when that is durable.
    ///
    /// Called once, instead of `start`, when the object sleeps or cannot be started. Events that come meanwhile wait,
    /// and then find a fresh instance.
    func standIn(_ settlement: @escaping AlarmDecision.Settlement) async throws -> AlarmDecision {
        defer { vanish() }
        // What is sent over the object's sockets meanwhile has another way out.
        outbox.close()
        guard let info = try entry.info(address) else { return .keep }
        begin(info)
        let storage = ObjectStorage(activation: self)
        let decision = settlement(try storage.storedAlarm(), storage.buffer.openBatch)
        guard case .replace(let value) = decision else { return decision }
        storage.replaceAlarm(value)
        // Nobody else can reach the buffer: no instance was made.
        unsafe commitBuffer()
        try await gate.passage(everything: true)
        return decision
    }

    /// Cuts the instance off when the run takes too long.
    func limit(_ run: AlarmRun, to limit: Duration) -> TimerToken {
        entry.roost.clock.schedule(after: limit) { [weak self] in self?.overrun(run) }
    }
}
