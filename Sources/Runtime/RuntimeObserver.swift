/// Is told what happens to objects: for logs, metrics, recorders.
///
/// Every method has an implementation that does nothing. They are called outside all locks, on whatever thread the
/// event happened, and must not block.
public protocol RuntimeObserver: Sendable {
    /// An object was woken.
    func instanceStarted(_ object: ObjectAddress)
    /// An object that had nothing to do was put to sleep.
    func instanceStopped(_ object: ObjectAddress)
    /// An object lost its instance and what that had not committed.
    func objectReset(_ object: ObjectAddress, _ error: any Error)
}

extension RuntimeObserver {
    /// Does nothing.
    public func instanceStarted(_ object: ObjectAddress) {}
    /// Does nothing.
    public func instanceStopped(_ object: ObjectAddress) {}
    /// Does nothing.
    public func objectReset(_ object: ObjectAddress, _ error: any Error) {}
}

/// The observer of a runtime that nobody watches.
struct SilentObserver: RuntimeObserver {}
