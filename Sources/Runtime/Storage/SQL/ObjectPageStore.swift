import RoostStorage

/// The pages of one object's database as SQLite sees them: the object's uncommitted ones over the durable ones.
///
/// Guarantee: what SQLite commits at the end of a turn goes into the batch of that turn, and nothing else does.
/// A database that has never been written looks like the class's template, in which all schema migrations have run;
/// the first change puts the template into the batch.
///
/// Isolation: belongs to a connection, and is read and written only where the object's buffer may be used; a connection
/// that is closed elsewhere never comes here (`SQLFile.isDiscarded`). It must not outlive the activation.
/// Failure: what the store throws. Then a part of the pages may be in the buffer, and the object is reset.
final class ObjectPageStore: SQLPageStore {
    private unowned let activation: Activation
    private(set) var pageCount: UInt32
    /// What the database looks like while nothing of it is stored.
    private var template: SchemaTemplate?

    init(_ activation: Activation) throws(StorageError) {
        self.activation = activation
        let stored = try Self.storedPageCount(of: activation)
        template = stored == 0 ? activation.entry.schema?.template : nil
        pageCount = template?.pageCount ?? stored
    }

    /// The number of pages that were written; zero when there is no database.
    static func storedPageCount(of activation: Activation) throws(StorageError) -> UInt32 {
        switch unsafe activation.buffer.pages.place(of: 0) {
        case .here(let payload):
            guard let payload else { return 0 }
            return unsafe try SQLPageLayout.pageCount(payload.span.bytes)
        case .store:
            guard let number = activation.number else { return 0 }
            var payload: [UInt8]?
            _ = try activation.entry.showPage(0, of: number) { payload = [UInt8](copying: $0) }
            guard let payload else { return 0 }
            return unsafe try SQLPageLayout.pageCount(payload.span.bytes)
        }
    }

    func showPage(_ number: UInt32, to body: (RawSpan) -> Void) throws(StorageError) -> Bool {
        if let template {
            guard let page = template.pages[number] else { return false }
            unsafe body(page.span.bytes)
            return true
        }
        switch unsafe activation.buffer.pages.place(of: number) {
        case .here(let page):
            guard let page else { return false }
            unsafe body(page.span.bytes)
            return true
        case .store:
            guard let object = activation.number else { return false }
            return try activation.entry.showPage(number, of: object, to: body)
        }
    }

    func setPage(_ number: UInt32, _ bytes: [UInt8]?) throws(StorageError) {
        writeTemplate()
        unsafe activation.buffer.setPage(number, bytes)
    }

    func setPageCount(_ count: UInt32) throws(StorageError) {
        writeTemplate()
        pageCount = count
        unsafe activation.buffer.setPage(0, SQLPageLayout.payload(ofPageCount: count))
    }

    /// The database is about to be written for the first time.
    private func writeTemplate() {
        guard let template else { return }
        self.template = nil
        for (number, bytes) in template.pages { unsafe activation.buffer.setPage(number, bytes) }
        unsafe activation.buffer.setPage(0, SQLPageLayout.payload(ofPageCount: template.pageCount))
        unsafe activation.buffer.setSchemaRecord(template.record)
    }
}
