import RoostStorage
import Synchronization

/// One alarm, from the moment it is due until it is settled.
extension AlarmScheduler {
    /// What a run is about.
    private struct Run: Sendable {
        let alarm: AlarmAgenda.Alarm
        let entry: ClassEntry
        let address: ObjectAddress
    }

    /// Runs an alarm that was handed out.
    ///
    /// It ends with exactly one `finished` or `pause`, unless the runtime stops.
    func run(_ alarm: AlarmAgenda.Alarm) async {
        guard let roost, let entry = try? roost.entry(of: alarm.object.classKey) else { return }
        // The name is known to the store alone: the object is woken as if it had been called by it.
        let name: String?
        do throws(StorageError) {
            name = try roost.store.info(of: alarm.object)?.name
        } catch {
            let nameless = entry.address(DurableObjectID(raw: alarm.object.id, name: nil))
            let run = Run(alarm: alarm, entry: entry, address: nameless)
            return await failed(run, because: RoostError(error), retries: true, fired: nil)
        }
        let id = DurableObjectID(raw: alarm.object.id, name: name)
        let run = Run(alarm: alarm, entry: entry, address: entry.address(id))
        guard entry.handlesAlarms else { return await drop(run) }
        let slept = entry.catalog.existing(alarm.object.id) == nil
        do {
            let (activation, instance, _) = try await entry.enter(run.address, bytes: 0, entrance: .ordinary)
            await self.run(run, in: activation, instance)
            if slept { putBack(activation) }
        } catch {
            await failed(run, because: error, retries: true, fired: nil)
        }
    }

    private func run(_ run: Run, in activation: Activation, _ instance: any DurableObject) async {
        let execution = AlarmRun { error, retries, fired in
            self.seams.start("roost.alarm.reset") {
                await self.failed(run, because: error, retries: retries, fired: fired)
            }
        }
        guard activation.begin(execution) else {
            activation.leave(bytes: 0)
            // The instance was cut off between two steps of ours: the alarm has not run.
            if execution.claim() { await failed(run, because: RoostError.instanceGone, retries: true, fired: nil) }
            return
        }
        let limit = activation.limit(execution, to: run.entry.roost.configuration.alarmTimeMax)
        let verdict = await activation.runAlarm(instance, execution, startsOver: run.alarm.pauses > 0)
        seams.clock.cancel(limit)
        activation.leave(bytes: 0)
        guard execution.claim() else { return }
        activation.end(execution)
        do {
            try await activation.passage(everything: true)
        } catch {
            return await failed(run, because: error, retries: true, fired: execution.fired)
        }
        switch verdict {
        case .succeeded, .notDue:
            break
        case .failed(let failure, let isAbandoned):
            tell(run, failure, isAbandoned: isAbandoned)
        case .broken(let error):
            return await failed(run, because: error, retries: true, fired: execution.fired)
        }
        finish(run)
    }

    /// The run did not end in its object: it could not be started, or was cut off.
    private func failed(
        _ run: Run,
        because error: any Error,
        retries: Bool,
        fired: ObjectBuffer.Value?
    ) async {
        if let error = error as? RoostError, error.code == .shuttingDown { return }
        let invocation = fired.flatMap { try? AlarmRecord($0).invocation }
        let isCounted = !Self.isOfTheRuntime(error)
        let failure = AlarmFailure(invocation: invocation, error: error, isCounted: isCounted)
        guard isCounted else {
            tell(run, failure, isAbandoned: false)
            return pause(run.alarm)
        }
        let now = seams.clock.now.milliseconds
        let chance = seams.random.fraction()
        do {
            let decision = try await run.entry.settleAlarm(run.address) { current, batch in
                guard let current, let record = try? AlarmRecord(current) else { return .keep }
                // A newer alarm is not the one that failed.
                guard fired.map({ $0 == current }) ?? (record.due == run.alarm.due) else { return .keep }
                guard retries else { return .replace(nil) }
                let next = AlarmRetry.next(
                    after: record,
                    startsOver: run.alarm.pauses > 0,
                    now: now,
                    batch: batch,
                    chance: chance
                )
                return .replace(next?.value)
            }
            var isAbandoned = false
            if case .replace(nil) = decision { isAbandoned = true }
            tell(run, failure, isAbandoned: isAbandoned)
            finish(run)
        } catch {
            pause(run.alarm)
        }
    }

    /// Removes the alarm of a class that has no handler any more.
    private func drop(_ run: Run) async {
        do {
            let decision = try await run.entry.settleAlarm(run.address) { current, _ in
                current == nil ? .keep : .replace(nil)
            }
            if case .replace = decision {
                let error = RoostError(.invalidArgument, "The class has no alarm handler any more.")
                tell(run, AlarmFailure(invocation: nil, error: error, isCounted: true), isAbandoned: true)
            }
            finish(run)
        } catch {
            pause(run.alarm)
        }
    }

    private func finish(_ run: Run) {
        do throws(RoostError) {
            let value = try run.entry.read(ObjectNumber(value: run.alarm.number), AlarmRecord.key)
            var due: Int64?
            if let value { due = try AlarmRecord(value).due }
            finished(run.alarm, due: due)
        } catch {
            pause(run.alarm)
        }
    }

    private func tell(_ run: Run, _ failure: AlarmFailure, isAbandoned: Bool) {
        let observer = run.entry.roost.observer
        if isAbandoned {
            observer.alarmAbandoned(run.address, failure)
        } else {
            observer.alarmFailed(run.address, failure)
        }
    }

    /// Whether the object has no part in the failure, so that it does not count.
    private static func isOfTheRuntime(_ error: any Error) -> Bool {
        guard let error = error as? RoostError else { return error is CancellationError }
        if error.underlying != nil { return true }
        return error.code == .overloaded || error.code == .instanceGone || error.code == .storeFailed
            || error.code == .corruption
    }

    /// Puts an object back to sleep that was woken for its alarm alone, when many others wait for theirs.
    ///
    /// So a million alarms that are due at once wake only as many objects as may run at the same time.
    private func putBack(_ activation: Activation) {
        let now = seams.clock.now.milliseconds
        if state.withLock({ $0.agenda.isBehind(now: now) }) { _ = activation.stopIfIdle(since: seams.clock.elapsed) }
    }

    // MARK: Rest

    /// Returns when no alarm runs.
    func rest() async {
        await withCheckedContinuation { continuation in
            let isResting = state.withLock { state in
                guard case .running = state.phase, state.agenda.runningCount > 0 else { return true }
                state.resting.append(continuation)
                return false
            }
            if isResting { continuation.resume() }
        }
    }
}
