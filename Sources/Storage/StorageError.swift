/// Everything that can go wrong in the store.
///
/// `message` says in one sentence what was wrong and what to do. Two errors are equal when their codes are.
/// Messages never contain stored data.
public struct StorageError: Error, Sendable {
    /// What kind of error it is, to act upon.
    public let code: Code

    /// What was wrong and what to do about it.
    public let message: String

    /// The number the system or LMDB gave, where there was one.
    public let underlyingCode: Int32?

    /// Makes an error; tests inject such errors as faults.
    public init(_ code: Code, _ message: String, underlyingCode: Int32? = nil) {
        self.code = code
        self.message = message
        self.underlyingCode = underlyingCode
    }
}

extension StorageError: Equatable {
    /// Tells whether two errors have the same code.
    public static func == (left: StorageError, right: StorageError) -> Bool {
        left.code == right.code
    }
}

extension StorageError: CustomStringConvertible {
    /// The code and the message.
    public var description: String {
        "storage error \(code): \(message)"
    }
}

extension StorageError {
    /// Adds the object that is concerned to a corruption.
    func naming(_ object: ObjectReference) -> StorageError {
        guard code == .corruption else { return self }
        return StorageError(
            .corruption,
            "Object \(object.id) of class \(object.classKey): \(message)",
            underlyingCode: underlyingCode
        )
    }

    /// What every use of a closed store gets.
    static var isClosed: StorageError {
        StorageError(.closed, "The store is closed; open it again.")
    }
}
