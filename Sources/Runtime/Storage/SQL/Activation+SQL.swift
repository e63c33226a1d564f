import RoostStorage

/// The part of an activation that belongs to the object's database.
extension Activation {
    /// Writes what the turn changed in the database into the buffer; false when that failed and the object was reset.
    ///
    /// Unsafe because the caller must be where the buffer may be used.
    @unsafe func flushDatabase() -> Bool {
        guard let database, unsafe buffer.isDirty else { return true }
        do throws(SQLError) {
            try database.flush()
            return true
        } catch {
            _ = failed(error)
            return false
        }
    }

    /// The error for something that SQLite could not do.
    ///
    /// When the turn's changes are lost with it, the object is reset.
    func failed(_ error: SQLError) -> RoostError {
        let result = RoostError(error)
        if error.isCritical { reset(because: result) }
        return result
    }

    func failed(_ failure: DatabaseFailure) -> RoostError {
        switch failure {
        case .sql(let error): failed(error)
        case .store(let error): RoostError(error)
        case .runtime(let error): error
        }
    }

    // MARK: Schema migrations

    /// Brings the object's tables up to date; called before the initializer, when nobody else is in the object.
    ///
    /// Each migration is a batch of its own. What the initializer says waits for the last one at the gate, as for its
    /// own changes.
    func migrateSchema() async throws {
        guard let database else { return }
        let storage = ObjectStorage(activation: self)
        let record = try storage.schemaRecord()
        let migrations = entry.schema?.migrations ?? []
        try checkSchema(record, migrations)
        let pending = migrations.dropFirst(Int(record?.number ?? 0))
        guard !pending.isEmpty else { return }
        do {
            // A new object begins with the template, in which they have run.
            guard try record != nil || ObjectPageStore.storedPageCount(of: self) > 0 else { return }
        } catch let error as StorageError {
            throw RoostError(error)
        }
        for migration in pending {
            // Those before it are kept, also when this one fails and the instance with it.
            try await gate.passage(everything: true)
            storage.markSQLChange()
            do throws(DatabaseFailure) {
                try database.run(migration, for: self)
            } catch {
                throw migrationError(migration, error)
            }
            unsafe buffer.setSchemaRecord(ClassSchema.record(after: migration))
            unsafe commitBuffer()
        }
    }

    private func migrationError(_ migration: SchemaMigration, _ failure: DatabaseFailure) -> RoostError {
        switch failure {
        case .sql(let error): .migrationFailed(migration, of: entry.record.key.name, error)
        case .store(let error): RoostError(error)
        case .runtime(let error): error
        }
    }

    private func checkSchema(
        _ record: SQLPageLayout.SchemaRecord?,
        _ migrations: [SchemaMigration]
    ) throws(RoostError) {
        guard let record, record.number > 0 else { return }
        let name = entry.record.key.name
        guard record.number <= migrations.count else {
            throw RoostError(
                .schemaMismatch,
                "This object of class \(name) has run schema migration \(record.number) (\(record.name)), but the "
                    + "program knows \(migrations.isEmpty ? "none" : "only \(migrations.count)"). Start a program that "
                    + "is at least as new as the one that wrote the object."
            )
        }
        let known = migrations[Int(record.number) - 1]
        guard known.name == record.name else {
            throw RoostError(
                .schemaMismatch,
                "This object of class \(name) has run a schema migration \(record.number) called \(record.name), but in "
                    + "this program it is called \(known.name). Published migrations never change: add another one."
            )
        }
    }
}
