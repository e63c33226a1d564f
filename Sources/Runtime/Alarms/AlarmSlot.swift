import RoostStorage

/// What an instance's buffer knows about its alarm beside the entry itself.
///
/// Isolation: part of the buffer.
struct AlarmSlot {
    /// The alarm that is being run: it stays in the storage until its handler has returned, but the object does not
    /// see it any more.
    var fired: ObjectBuffer.Value?

    /// Whether the open batch may hold a change of the alarm.
    var isChanged = false
}

/// What a committed batch means for the list of alarms.
enum AlarmChange: Sendable, Equatable {
    /// The object's alarm is now due at this time.
    case due(Int64)
    /// The object has no alarm any more.
    case cleared
}

extension ObjectBuffer {
    /// What the changes of a sealed batch mean for the alarm; nil, at the cost of one comparison, when nothing.
    func takeAlarmChange(_ changes: [Change]) -> AlarmChange? {
        guard alarm.isChanged else { return nil }
        alarm.isChanged = false
        for change in changes.reversed() where change.space == .alarm {
            guard case .put(_, _, _, let payload) = change else { return .cleared }
            let due: Int64 = unsafe payload.span.bytes.bigEndian(at: 0)
            return .due(due)
        }
        return nil
    }
}
