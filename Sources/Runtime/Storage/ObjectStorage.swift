import RoostStorage

/// An object's own durable storage: ordered keys with values, and, for classes with SQL storage, a database.
///
/// Every call is synchronous. Reads see every earlier change of the same object at once; what is changed between two
/// `await`s is committed together or not at all; nothing leaves the object before it is durable.
///
/// Isolation: belongs to one instance. The type is not `Sendable`, so the compiler keeps it inside; used after the
/// instance has gone, every call throws ``RoostError/Code/instanceGone``.
/// Failure: calls throw when the store cannot be read, and when a limit is crossed. A failed *commit* is not seen here:
/// it resets the object, and whoever waits for it is told.
public final class ObjectStorage {
    let activation: Activation
    let buffer: ObjectBuffer
    let limits: ObjectLimits

    init(activation: Activation) {
        self.activation = activation
        // The storage is made for the instance, and stays in it: it is not `Sendable`.
        buffer = unsafe activation.buffer
        limits = activation.entry.roost.configuration.limits
    }

    /// Deletes every entry of this object, and its alarm.
    ///
    /// The object itself goes on: it keeps its id, and may store something new at once. Its database is deleted too:
    /// open cursors throw from then on, and the next statement finds the tables of the class's schema migrations,
    /// empty.
    ///
    /// - Parameter keepingAlarm: Leaves the alarm as it is.
    /// - Throws: ``RoostError/Code/invalidArgument`` in a transaction of a class with SQL storage.
    public func deleteAll(keepingAlarm: Bool = false) throws(RoostError) {
        try begin()
        try requireNoTransactionBeforeDeleting()
        let alarm = keepingAlarm ? nil : try storedAlarm()
        apply(buffer.wipe(confirmed: true))
        deleteDatabase()
        if alarm != nil { replaceAlarm(nil) }
    }

    /// Returns when everything changed before this call, unconfirmed changes included, is durable.
    ///
    /// - Throws: The failure of the commit, or `CancellationError` when the waiting task was cancelled.
    public func sync() async throws {
        try begin()
        do {
            try await activation.passage(everything: true)
        } catch {
            await activation.readmit()
            throw error
        }
        await activation.readmit()
    }

    // MARK: Shared by all operations

    /// To be called first by every operation: refuses when the instance is gone, and drops what has become durable.
    func begin() throws(RoostError) {
        guard activation.isOpen else { throw activation.goneError }
        buffer.forget(durable: activation.gate.durable)
    }

    /// The value of a key, given with its space in front (see `ObjectBuffer.key`).
    func read(_ key: [UInt8]) throws(RoostError) -> ObjectBuffer.Value? {
        if let entry = buffer.layer.entries[key] { return entry.value }
        guard buffer.layer.wipedIn == nil, let number = activation.number else { return nil }
        return try activation.entry.read(number, key)
    }

    /// Changes a key, given with its space in front; nil deletes it.
    func write(_ key: [UInt8], _ value: ObjectBuffer.Value?, confirmed: Bool) throws(RoostError) {
        let bytes = key.count + (value?.payload.count ?? 0)
        guard buffer.uncommittedBytes + bytes <= limits.uncommittedBytesMax else {
            throw RoostError(
                .limitExceeded,
                "This object has changed more than \(limits.uncommittedBytesMax) bytes that are not durable yet. "
                    + "Call `try await storage.sync()` from time to time."
            )
        }
        apply(buffer.set(key, value, confirmed: confirmed))
    }

    /// Tells the gate what a change means, and has the batch sealed at the end of the turn.
    func apply(_ effect: ObjectBuffer.Effect) {
        switch effect {
        case .none:
            break
        case .opened(let confirmed):
            hold(confirmed: confirmed)
            activation.scheduleSeal()
        case .confirmed:
            hold(confirmed: true)
        case .unconfirmed:
            if activation.entry.roost.mutations.contains(.openBatchSkipsGate) { return }
            activation.gate.unconfirmed(batch: buffer.openBatch)
        }
    }
}

extension ObjectStorage {
    /// Has the output gate wait for the open batch.
    private func hold(confirmed: Bool) {
        if activation.entry.roost.mutations.contains(.openBatchSkipsGate) { return }
        activation.gate.changed(batch: buffer.openBatch, confirmed: confirmed)
    }
}

@available(*, unavailable)
extension ObjectStorage: Sendable {}

/// How one write behaves.
public struct WriteOptions: Sendable, Hashable {
    /// Lets replies leave before the write is durable.
    ///
    /// If it then fails, the object is reset all the same.
    public var allowUnconfirmed: Bool

    /// Creates options; without arguments, the safe ones.
    public init(allowUnconfirmed: Bool = false) { self.allowUnconfirmed = allowUnconfirmed }
}
