/// A transaction that runs, for a body that wants to undo it without an error of its own.
///
/// Storage calls need not name it: what is changed while it runs belongs to it.
///
/// Isolation: lives in the closure of `transaction`, which it cannot leave: it is neither
/// copied nor sent.
public struct ObjectTransaction: ~Copyable {
    private enum State {
        /// Can transition to: ended.
        case running(ObjectBuffer.Savepoint, part: Int?)
        /// Terminal.
        case ended
    }

    private let storage: ObjectStorage
    private var state: State

    init(in storage: ObjectStorage) throws(RoostError) {
        try storage.begin()
        self.storage = storage
        state = .running(storage.buffer.savepoint(), part: storage.activation.database?.beginPart())
    }

    /// Undoes everything that the transaction has changed: keys, rows and the alarm; a second time does nothing.
    ///
    /// The body goes on, and what it returns is the result of the transaction. What it changes from now on is no part
    /// of the transaction any more, but of what is around it.
    ///
    /// - Throws: ``RoostError/Code/invalidArgument`` while a transaction runs that was begun inside this one; the
    ///   reason when the object was reset.
    public mutating func rollback() throws(RoostError) {
        guard storage.activation.isOpen else { throw storage.activation.goneError }
        if case .running(let savepoint, _) = state, savepoint.depth < storage.buffer.savepoints {
            throw RoostError(
                .invalidArgument,
                "Cannot roll back an outer transaction while a nested transaction is still running."
            )
        }
        undo()
        guard storage.activation.isOpen else { throw storage.activation.goneError }
    }

    /// The body has returned.
    mutating func keep() throws(RoostError) {
        guard case .running(_, let part) = state else { return }
        if let part { try storage.keepPart(part) }
        storage.buffer.release()
        state = .ended
    }

    /// The body has thrown, or what it did cannot be kept.
    mutating func undo() {
        guard case .running(let savepoint, let part) = state else { return }
        state = .ended
        storage.rollBack(to: savepoint)
        if let part { storage.undoPart(part) }
    }
}

@available(*, unavailable)
extension ObjectTransaction: Sendable {}

extension ObjectStorage {
    /// Runs `body`; when it throws, everything it changed, keys and rows, is undone and its error passed on.
    ///
    /// Transactions nest; an inner one that throws undoes only its own part. The body is synchronous, so nothing can
    /// come between.
    ///
    /// - Throws: What `body` throws, or ``RoostError/Code/instanceGone``.
    public func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        try transaction { (_: inout ObjectTransaction) in try body() }
    }

    /// The same for a body that may decide to undo what it has changed, and return all the same.
    ///
    /// ```swift
    /// let isBooked = try storage.transaction { transaction in
    ///     for seat in seats { try book(seat) }
    ///     guard try isPaid() else {
    ///         try transaction.rollback()
    ///         return false
    ///     }
    ///     return true
    /// }
    /// ```
    ///
    /// - Throws: What `body` throws, or ``RoostError/Code/instanceGone``.
    public func transaction<Result>(_ body: (inout ObjectTransaction) throws -> Result) throws -> Result {
        var transaction = try ObjectTransaction(in: self)
        do {
            let result = try body(&transaction)
            try transaction.keep()
            return result
        } catch {
            transaction.undo()
            throw error
        }
    }

    /// Puts back what was there before, and has replies wait for no more than they did then.
    func rollBack(to savepoint: ObjectBuffer.Savepoint) { apply(buffer.rollBack(to: savepoint)) }
}
