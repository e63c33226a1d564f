import RoostStorage

/// The database beside the keys.
extension ObjectStorage {
    /// The object's SQL database; its calls throw ``RoostError/Code/sqlNotEnabled`` when the class has none.
    public var sql: SQLStorage { SQLStorage(storage: self) }

    /// The database, or the error that says that the class has none.
    func requireDatabase() throws(RoostError) -> ObjectDatabase {
        try begin()
        guard let database = activation.database else { throw .sqlNotEnabled }
        return database
    }

    /// Notes that the turn changes the database.
    func markSQLChange() { apply(buffer.mark(confirmed: true)) }

    /// Whether the object may change more before something of it is durable.
    var mayWriteSQL: Bool { buffer.uncommittedBytes <= limits.uncommittedBytesMax }

    // MARK: Deleting everything

    /// Refuses to delete a database in a transaction, which could not bring it back.
    func requireNoTransactionBeforeDeleting() throws(RoostError) {
        guard activation.database?.isInPart == true else { return }
        throw RoostError(.invalidArgument, "Cannot call deleteAll() within a transaction")
    }

    /// Deletes the database together with the changes of this turn.
    ///
    /// Called after the keys were deleted, so that the turn is marked as one that changes something.
    func deleteDatabase() {
        guard let database = activation.database else { return }
        database.discard()
        buffer.wipePages()
        buffer.setSchemaRecord(nil)
    }

    // MARK: Transactions

    /// Keeps what a transaction did in the database.
    func keepPart(_ part: Int) throws(RoostError) {
        do throws(SQLError) { try activation.database?.keepPart(part) } catch { throw activation.failed(error) }
    }

    /// Undoes what a transaction did in the database.
    ///
    /// When that cannot be done, the object is reset; the transaction throws its own error all the same.
    func undoPart(_ part: Int) {
        do throws(SQLError) {
            try activation.database?.undoPart(part)
        } catch {
            let error = activation.failed(error)
            // What should have been undone must not be committed.
            if activation.isOpen { activation.reset(because: error) }
        }
    }

    // MARK: Schema migrations

    /// Up to where the object's schema migrations have run; nil when none has.
    func schemaRecord() throws(RoostError) -> SQLPageLayout.SchemaRecord? {
        try begin()
        guard let stored = try read(ObjectBuffer.schemaKey) else { return nil }
        do throws(StorageError) {
            return try SQLPageLayout.SchemaRecord(payload: stored.payload)
        } catch {
            throw RoostError(error)
        }
    }
}

extension RoostError {
    static let sqlNotEnabled = RoostError(
        .sqlNotEnabled,
        "SQL is not enabled for this Durable Object class. To enable it, change `new_classes` to `new_sqlite_classes` "
            + "within the 'migrations' field in your wrangler.jsonc or wrangler.toml file, or register the class with "
            + "`storage: .sql`."
    )
}
