/// Is told what happens to objects: for logs, metrics, recorders.
///
/// Every method has an implementation that does nothing. They are called outside all locks, on whatever thread the
/// event happened, and must not block.
public protocol RuntimeObserver: Sendable {
    /// A call has reached the runtime, in the task of its caller, and is about to be let into its object.
    ///
    /// The order in which this is called for one object is the order of its calls: calls that are made at the same
    /// time have no order before.
    func callArrived(_ object: ObjectAddress)
    /// An object was woken.
    func instanceStarted(_ object: ObjectAddress)
    /// An object that had nothing to do was put to sleep.
    func instanceStopped(_ object: ObjectAddress)
    /// An object lost its instance and what that had not committed.
    func objectReset(_ object: ObjectAddress, _ error: any Error)
    /// A run of an object's alarm failed; it will be run again.
    func alarmFailed(_ object: ObjectAddress, _ failure: AlarmFailure)
    /// A run of an object's alarm failed for the last time: the alarm was removed.
    func alarmAbandoned(_ object: ObjectAddress, _ failure: AlarmFailure)
    /// A part of the list of alarms could not be read: these alarms do not fire, the others do.
    ///
    /// It is told when the list is read, at most once a second; `roost store verify` finds the damage.
    func alarmsDamaged(_ error: RoostError)
    /// Work that an object had started with ``ObjectContext/waitUntil(_:)`` failed; the object goes on.
    func backgroundTaskFailed(_ object: ObjectAddress, _ error: any Error)
    /// An object has accepted a WebSocket.
    func webSocketAccepted(_ object: ObjectAddress)
    /// A WebSocket of an object has ended: the object was told, or it was reset.
    func webSocketEnded(_ object: ObjectAddress)
    /// An object's handler of a WebSocket event has thrown; the socket and the object go on.
    func webSocketHandlerFailed(_ object: ObjectAddress, _ error: any Error)
}

extension RuntimeObserver {
    /// Does nothing.
    public func callArrived(_ object: ObjectAddress) {}
    /// Does nothing.
    public func instanceStarted(_ object: ObjectAddress) {}
    /// Does nothing.
    public func instanceStopped(_ object: ObjectAddress) {}
    /// Does nothing.
    public func objectReset(_ object: ObjectAddress, _ error: any Error) {}
    /// Does nothing.
    public func alarmFailed(_ object: ObjectAddress, _ failure: AlarmFailure) {}
    /// Does nothing.
    public func alarmAbandoned(_ object: ObjectAddress, _ failure: AlarmFailure) {}
    /// Does nothing.
    public func alarmsDamaged(_ error: RoostError) {}
    /// Does nothing.
    public func backgroundTaskFailed(_ object: ObjectAddress, _ error: any Error) {}
    /// Does nothing.
    public func webSocketAccepted(_ object: ObjectAddress) {}
    /// Does nothing.
    public func webSocketEnded(_ object: ObjectAddress) {}
    /// Does nothing.
    public func webSocketHandlerFailed(_ object: ObjectAddress, _ error: any Error) {}
}

/// The observer of a runtime that nobody watches.
struct SilentObserver: RuntimeObserver {}
