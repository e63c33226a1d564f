public import RoostStorage

/// What the runtime says when it cannot do what was asked.
///
/// Errors that an object's own code throws are not wrapped: in one process they reach the caller as they were thrown.
/// A `RoostError` therefore always speaks for the runtime: a limit, a name, the store, or the life of the object.
///
/// Two errors are equal when their codes are equal.
public struct RoostError: Error, Sendable {
    /// What went wrong, for code to decide on.
    public let code: Code

    /// One or two sentences for a person: what was wrong and what to do about it.
    public private(set) var message: String

    /// True when the same call may succeed if it is simply made again.
    public let retryable: Bool

    /// True when the object or the server has more work than it takes; do not retry at once.
    public let overloaded: Bool

    /// True when the object was reset: its memory is gone, uncommitted changes were dropped.
    public let reset: Bool

    /// True when the object was reset, but what the call had changed may have been kept: look before repeating it.
    public private(set) var mayHaveHappened = false

    /// True when the error arose on the other side of a stub.
    public internal(set) var remote: Bool

    /// The object that the error came out of; nil when it did not come from an object.
    public private(set) var object: DurableObjectID?

    /// The store's error behind this one, if there is one.
    public let underlying: StorageError?

    /// The name of SQLite's extended result code, as `SQLITE_CONSTRAINT_UNIQUE`, when SQLite said it.
    public let sqlCode: String?

    init(
        _ code: Code,
        _ message: String,
        retryable: Bool = false,
        overloaded: Bool = false,
        reset: Bool = false,
        underlying: StorageError? = nil,
        sqlCode: String? = nil
    ) {
        self.code = code
        self.message = message
        self.retryable = retryable
        self.overloaded = overloaded
        self.reset = reset
        remote = false
        object = nil
        self.underlying = underlying
        self.sqlCode = sqlCode
    }

    /// The same, for a call of which something may be durable.
    func withUnknownOutcome() -> RoostError {
        guard reset else { return self }
        var copy = self
        copy.mayHaveHappened = true
        copy.message += " Some changes from the time of this call are durable, so look before repeating it."
        return copy
    }

    /// An error as it looks on the other side of a stub: one of the runtime's says so, and where it came from.
    ///
    /// The innermost object keeps its name on it; an error of an object's own passes as it is.
    static func remote(_ error: any Error, from object: DurableObjectID) -> any Error {
        guard var copy = error as? RoostError else { return error }
        copy.remote = true
        if copy.object == nil { copy.object = object }
        return copy
    }
}

extension RoostError {
    /// The kinds of runtime errors.
    ///
    /// New ones may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code's stable name, as it stands in logs.
        public let description: String

        private init(_ description: String) { self.description = description }

        /// More events wait for this object, or for this server, than the limits allow.
        public static let overloaded = Code("overloaded")
        /// The object was reset while the call was in it, or before its reply was durable.
        public static let objectReset = Code("object_reset")
        /// The call can only be answered when its own caller has gone on: an initializer has called its own object, or
        /// critical sections of several objects have waited for each other until one had lasted too long.
        public static let deadlock = Code("deadlock")
        /// What was asked for needs an object that is awake, and this one sleeps.
        public static let notRunning = Code("not_running")
        /// The storage was used after its instance had gone to sleep or had been reset.
        public static let instanceGone = Code("instance_gone")
        /// A value, key or list is larger than the profile's limit.
        public static let limitExceeded = Code("limit_exceeded")
        /// An argument makes no sense: contradictory options, a transaction control out of place.
        public static let invalidArgument = Code("invalid_argument")
        /// An object or tenant name breaks the rules for names.
        public static let invalidName = Code("invalid_name")
        /// A text is not an object id, or the id belongs to another class.
        public static let invalidID = Code("invalid_id")
        /// The stored value is not of the type asked for, or a value cannot be encoded.
        public static let typeMismatch = Code("type_mismatch")
        /// The class was never registered with this runtime.
        public static let unknownClass = Code("unknown_class")
        /// The class was registered twice, or differently from what the store remembers.
        public static let classConflict = Code("class_conflict")
        /// A SQL statement failed; the message is SQLite's, in the origin's form.
        public static let sql = Code("sql")
        /// SQL was used in a class that is registered with keys and values only.
        public static let sqlNotEnabled = Code("sql_not_enabled")
        /// A schema migration is not in order, or failed.
        public static let migrationFailed = Code("migration_failed")
        /// The object's tables were made by a newer program, or by other migrations than this one has.
        public static let schemaMismatch = Code("schema_mismatch")
        /// The store refused or failed to do its part.
        public static let storeFailed = Code("store_failed")
        /// What was read from the store is damaged.
        public static let corruption = Code("corruption")
        /// The class has no handler for this kind of event.
        public static let handlerMissing = Code("handler_missing")
        /// A streamed body was read a second time; it can be read once.
        public static let bodyUsed = Code("body_used")
        /// A body is longer than its reader takes.
        public static let bodyTooLarge = Code("body_too_large")
        /// Whoever read a streamed body has stopped.
        public static let readerGone = Code("reader_gone")
        /// A WebSocket was used in a way that its state does not allow: before it was accepted, after it was closed.
        public static let webSocketState = Code("websocket_state")
        /// The runtime is draining or has stopped.
        public static let shuttingDown = Code("shutting_down")
        /// The compiler's call record could not be executed: caller and object were built from different sources.
        public static let badCall = Code("bad_call")
    }
}

extension RoostError: Equatable {
    /// Compares codes.
    public static func == (left: RoostError, right: RoostError) -> Bool { left.code == right.code }
}

extension RoostError: CustomStringConvertible {
    /// The code and the message.
    public var description: String { "\(code): \(message)" }
}

extension RoostError {
    /// An error of the store, as the runtime passes it on.
    init(_ error: StorageError) {
        if error.code == .corruption {
            self.init(.corruption, error.message, underlying: error)
        } else {
            self.init(.storeFailed, error.message, underlying: error)
        }
    }

    /// An error of SQLite, as the runtime passes it on.
    init(_ error: SQLError) {
        let code: Code =
            if error.isCritical {
                .objectReset
            } else if error.isLimit {
                .limitExceeded
            } else {
                error.cause.map { $0.code == .corruption ? .corruption : .storeFailed } ?? .sql
            }
        self.init(
            code,
            error.message,
            reset: error.isCritical,
            underlying: error.cause,
            sqlCode: error.codeName
        )
    }

    /// What an event gets whose object was reset for a reason that is no error of the runtime's.
    static let resetBeforeDone = RoostError(
        .objectReset,
        "The object was reset before the call was done; what the call had changed may not have been kept.",
        retryable: true,
        reset: true
    )

    /// What every event gets whose changes were lost with a failed commit.
    static func commitFailed(_ error: StorageError) -> RoostError {
        RoostError(
            .objectReset,
            "The store could not commit what this object had changed, so the object was reset to its last durable "
                + "state. \(error.message)",
            retryable: error.code != .halted,
            reset: true,
            underlying: error
        )
    }

    static let instanceGone = RoostError(
        .instanceGone,
        "This storage belongs to an instance that has gone to sleep or was reset. "
            + "Work that outlives a call must reach the object through a stub.",
        retryable: true,
        reset: true
    )

    static let blockedTooLong = RoostError(
        .objectReset,
        "A call to blockConcurrencyWhile() in a Durable Object waited for too long. "
            + "The call was canceled and the Durable Object was reset.",
        overloaded: true,
        reset: true
    )

    static let startedTooLong = RoostError(
        .objectReset,
        "The initializer of a Durable Object waited for too long. "
            + "It was given up, and the Durable Object was reset.",
        overloaded: true,
        reset: true
    )

    static let deadlock = RoostError(.deadlock, deadlockText)

    /// Sections that wait for each other, found when one of them has lasted too long.
    ///
    /// - Parameter objects: Each waits for the next; the first is also the last.
    static func deadlock(_ objects: [String]) -> RoostError {
        let wait = objects.joined(separator: " waits for ")
        return RoostError(.deadlock, "\(deadlockText) \(wait).", reset: true)
    }

    private static let deadlockText =
        "A critical section within this Durable Object awaited a Promise that apparently will never complete. This "
        + "could happen in particular if a critical section awaits a task that was initiated outside of the critical "
        + "section. Since a critical section blocks all other tasks from completing, this leads to deadlock."

    static let resetAgainAndAgain = RoostError(
        .objectReset,
        "The object was reset again and again while the call tried to reach it.",
        retryable: true,
        reset: true
    )

    static let shuttingDown = RoostError(
        .shuttingDown,
        "The runtime is shutting down and takes no new calls.",
        retryable: true
    )
}

extension StorageError {
    /// The fate of batches of an instance that was cut off.
    static let laneOfReset = StorageError(.laneFailed, "The object was reset before this batch could be committed.")
}
