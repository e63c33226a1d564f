import RoostStorage

/// The object's alarm: it wakes the object at a time, also after the machine was down at that time.
///
/// An object has at most one. It is part of the batch of the turn that set it, rolls back with a transaction, and never
/// fires unless that batch is durable.
///
/// While the handler runs, the alarm that fired is not seen here any more; it is removed together with the handler's
/// last changes when the handler returns. An alarm that the handler sets stands, whether or not the handler then fails.
extension ObjectStorage {
    /// When the alarm is set to fire, or nil when none is set.
    ///
    /// While an alarm waits for a retry, that is still the time it was set to.
    public func getAlarm() throws(RoostError) -> Timestamp? {
        try begin()
        return try visibleAlarm().map { Timestamp(milliseconds: $0.scheduled) }
    }

    /// Has ``DurableObject/alarm(_:)`` called at `time` or soon after, never before.
    ///
    /// It replaces the alarm that is set. A time that has passed means now. Setting the time that is set already
    /// changes nothing.
    ///
    /// - Parameters:
    ///   - time: When, after the start of 1970.
    ///   - options: Whether replies may leave before this is durable.
    /// - Throws: ``RoostError/Code/invalidArgument`` when the class has no handler, or the time makes no sense.
    public func setAlarm(_ time: Timestamp, options: WriteOptions = WriteOptions()) throws(RoostError) {
        try begin()
        guard activation.entry.handlesAlarms else {
            throw RoostError(
                .invalidArgument,
                "Your Durable Object class must have an alarm() handler in order to call setAlarm()"
            )
        }
        guard time.milliseconds > 0 else {
            throw RoostError(.invalidArgument, "setAlarm() cannot be called with an alarm time <= 0")
        }
        guard time.milliseconds <= Self.alarmTimeMax else {
            throw RoostError(
                .invalidArgument,
                "setAlarm() cannot be called with an alarm time later than \(Self.alarmTimeMax) ms after 1970."
            )
        }
        let due = max(time.milliseconds, activation.entry.roost.clock.now.milliseconds)
        if let current = try visibleAlarm(), current.scheduled == due { return }
        try writeAlarm(AlarmRecord(due: due, batch: buffer.openBatch).value, options)
    }

    /// Has ``DurableObject/alarm(_:)`` called when `delay` has passed.
    ///
    /// The same as setting the alarm to the object's clock's time plus the delay.
    public func setAlarm(after delay: Duration, options: WriteOptions = WriteOptions()) throws(RoostError) {
        // In the range of a date the sum cannot overflow; what lies outside is refused for the same reason.
        let longest = Duration.milliseconds(Self.alarmTimeMax)
        try setAlarm(activation.entry.roost.clock.now + min(max(delay, .zero - longest), longest), options: options)
    }

    /// Removes the alarm, if one is set.
    ///
    /// Inside the handler it removes an alarm that the handler has set; the one that is being run is not affected.
    public func deleteAlarm(options: WriteOptions = WriteOptions()) throws(RoostError) {
        try begin()
        guard try visibleAlarm() != nil else { return }
        try writeAlarm(nil, options)
    }

    /// The last moment that an alarm can be set to: where the origin's dates end.
    private static let alarmTimeMax: Int64 = 8_640_000_000_000_000

    private func visibleAlarm() throws(RoostError) -> AlarmRecord? {
        guard let value = try storedAlarm(), value != buffer.alarm.fired else { return nil }
        return try AlarmRecord(value)
    }

    /// The alarm's entry as the object has it, the one that is being run included.
    ///
    /// `deleteAll` empties the space of entries only, so the store is asked even after it.
    func storedAlarm() throws(RoostError) -> ObjectBuffer.Value? {
        if let entry = buffer.layer.entries[AlarmRecord.key] { return entry.value }
        return try durableAlarm()
    }

    /// The alarm's entry as the store has it.
    func durableAlarm() throws(RoostError) -> ObjectBuffer.Value? {
        guard let number = activation.number else { return nil }
        return try activation.entry.read(number, AlarmRecord.key)
    }

    private func writeAlarm(_ value: ObjectBuffer.Value?, _ options: WriteOptions) throws(RoostError) {
        try write(AlarmRecord.key, value, confirmed: !options.allowUnconfirmed)
        buffer.alarm.isChanged = true
    }

    /// Changes the alarm's entry on the runtime's own account: no limit stands in the way.
    func replaceAlarm(_ value: ObjectBuffer.Value?) {
        apply(buffer.set(AlarmRecord.key, value, confirmed: true))
        buffer.alarm.isChanged = true
    }
}
