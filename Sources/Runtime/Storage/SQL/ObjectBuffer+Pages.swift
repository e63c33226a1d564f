import RoostStorage

/// The part of the buffer that belongs to the object's database.
extension ObjectBuffer {
    /// The key of the schema migration record.
    static let schemaKey = key(.metadata, SQLPageLayout.schemaKey)

    /// Changes a page of the open batch, or deletes it; number zero is the number of pages.
    ///
    /// The batch was opened by the statement that changed the page.
    func setPage(_ number: UInt32, _ bytes: [UInt8]?) {
        precondition(isDirty, "A page was changed in a turn that changed nothing.")
        pages.set(number, bytes, batch: openBatch)
        count(bytes: 4 + (bytes?.count ?? 0))
    }

    /// Deletes all pages, here and in the store; belongs to `wipe`.
    func wipePages() {
        precondition(isDirty, "A database was deleted in a turn that changed nothing.")
        pages.wipe(batch: openBatch)
    }

    /// Notes up to where the object's schema migrations have run, in the open batch.
    func setSchemaRecord(_ record: SQLPageLayout.SchemaRecord?) {
        precondition(isDirty, "A schema was noted in a turn that changed nothing.")
        let value = record.map { Value(tag: .bytes, payload: $0.payload) }
        _ = set(Self.schemaKey, value, confirmed: true)
    }
}
