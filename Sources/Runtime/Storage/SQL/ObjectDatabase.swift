import RoostStorage
import Synchronization

/// The database of one object: its connection, while it is open, and the cursors on it.
///
/// Guarantee: a connection is used by one thread at a time, and always for its own object. It is opened by the first
/// statement, and closed by the pool, with the instance, or with whatever makes its changes void; the object notices
/// none of that but `deleteAll`.
///
/// Invariants
/// 1. Everything of SQLite is behind the lock: nothing that refers to it leaves.
/// 2. Statements, rows and flushes come from the object's isolation. Other threads only close, and only when they get
///    the lock without waiting.
/// 3. What the pool closes has nothing to lose: no open transaction, no cursor, no setting.
/// 4. After `end` no connection is open or will be: if it is in use then, its user closes it.
///
/// Failure: an error of SQLite that lost the turn's changes is kept: the caller resets the object.
final class ObjectDatabase: Sendable {
    private let pool: DatabasePool
    private let state = Mutex(DatabaseState())
    private let isEnded = Atomic<Bool>(false)

    init(pool: DatabasePool) { self.pool = pool }

    /// Whether a connection is open now.
    var isOpen: Bool { state.withLock { $0.connection != nil } }

    // MARK: Used by the object

    /// Executes statements; see `SQLDatabase.execute`.
    ///
    /// - Parameter mayWrite: False when the object has too much that is not durable yet.
    func execute(
        _ sql: String,
        _ bindings: [SQLValue],
        for activation: Activation,
        mayWrite: Bool
    ) -> DatabaseState.Execution {
        use { state in
            do throws(DatabaseFailure) {
                try open(&state, for: activation)
            } catch {
                return DatabaseState.Execution(error)
            }
            return state.execute(sql, bindings, mayWrite: mayWrite)
        }
    }

    /// The next rows of a cursor.
    func rows(of cursor: Int, countMax: Int, bytesMax: Int) -> DatabaseState.Fetch {
        use { $0.rows(of: cursor, countMax: countMax, bytesMax: bytesMax) }
    }

    /// Ends a cursor that nobody will read any more.
    func close(cursor: Int) { use { $0.cursors[cursor] = nil } }

    /// The size of the database in bytes.
    func size(for activation: Activation) throws(DatabaseFailure) -> Int {
        try use { state throws(DatabaseFailure) in
            try open(&state, for: activation)
            return state.connection?.databaseBytes ?? 0
        }
    }

    /// Writes what the turn changed into the object's buffer.
    func flush() throws(SQLError) {
        try use { state throws(SQLError) in try state.flush() }
    }

    /// Begins a part of the turn that can be undone; returns its number.
    func beginPart() -> Int { use { $0.beginPart() } }

    /// Keeps what the part did.
    func keepPart(_ number: Int) throws(SQLError) {
        try use { state throws(SQLError) in try state.keepPart(number) }
    }

    /// Undoes what the part did.
    func undoPart(_ number: Int) throws(SQLError) {
        try use { state throws(SQLError) in try state.undoPart(number) }
    }

    /// Whether a part has begun and not ended.
    var isInPart: Bool { state.withLock { $0.depth > 0 } }

    /// Runs one schema migration; see ``SchemaMigration``.
    func run(_ migration: SchemaMigration, for activation: Activation) throws(DatabaseFailure) {
        try use { state throws(DatabaseFailure) in
            try open(&state, for: activation)
            try state.run(migration)
        }
    }

    /// Drops the connection together with what it changed.
    func discard() { use { close(&$0) } }

    // MARK: Used by everybody

    /// The instance is gone: closes the connection, or has its user close it.
    func end() {
        isEnded.store(true, ordering: .sequentiallyConsistent)
        _ = state.withLockIfAvailable { close(&$0) }
    }

    /// Closes the connection if nothing is lost by that and nobody is using it.
    ///
    /// - Returns: Whether it was closed.
    func closeIfUnused() -> Bool {
        state.withLockIfAvailable { state in
            guard state.isUnused else { return false }
            close(&state)
            return true
        } ?? false
    }

    // MARK: Under the lock

    private func use<Result: Sendable, Failure>(
        _ body: @Sendable (inout DatabaseState) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer {
            // Whoever ended it did not get the lock and relies on us.
            if isEnded.load(ordering: .sequentiallyConsistent) { state.withLock { close(&$0) } }
        }
        let (result, use) = try state.withLock { state throws(Failure) in
            (try body(&state), state.measure())
        }
        if let (place, bytes) = use { pool.used(place, by: self, bytes: bytes) }
        return result
    }

    private func open(_ state: inout DatabaseState, for activation: Activation) throws(DatabaseFailure) {
        if let error = state.criticalError { throw .sql(error) }
        guard state.connection == nil else { return }
        guard !isEnded.load(ordering: .acquiring) else { throw .runtime(activation.goneError) }
        let place: Int
        do throws(RoostError) {
            place = try pool.takePlace(for: self)
        } catch {
            throw .runtime(error)
        }
        do throws(DatabaseFailure) {
            try state.open(activation)
            state.place = place
        } catch {
            pool.leave(place)
            throw error
        }
    }

    private func close(_ state: inout DatabaseState) {
        state.close()
        guard let place = state.place else { return }
        state.place = nil
        pool.leave(place)
    }
}

/// Why something could not be done with a database.
enum DatabaseFailure: Error {
    case sql(SQLError)
    case store(StorageError)
    case runtime(RoostError)
}
