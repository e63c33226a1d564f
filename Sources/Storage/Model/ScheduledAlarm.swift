/// One line of the store's list of alarms.
public struct ScheduledAlarm: Hashable, Sendable {
    /// When the alarm is due, in milliseconds since 1970.
    public let dueMilliseconds: Int64

    /// The object whose alarm it is.
    public let object: ObjectReference

    /// The number of the object's class in this store.
    public let classNumber: UInt32

    /// The number of the object in this store.
    public let number: ObjectNumber

    /// The key in ``Space/alarm`` that holds the alarm.
    public let key: [UInt8]

    /// Where the listing continues after this line.
    var position: [UInt8] {
        AlarmIndex.key(due: dueMilliseconds, classNumber: classNumber, object: number, alarmKey: key)
    }
}
