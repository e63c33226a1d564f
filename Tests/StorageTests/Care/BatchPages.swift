@testable import RoostStorage

/// The pages of a database that become the changes of a batch, as an object's layer does it.
final class BatchPages: SQLPageStore {
    private var pages: [UInt32: [UInt8]] = [:]
    private(set) var pageCount: UInt32 = 0

    func showPage(_ number: UInt32, to body: (RawSpan) -> Void) throws(StorageError) -> Bool {
        guard let page = pages[number] else { return false }
        body(page.span.bytes)
        return true
    }

    func setPage(_ number: UInt32, _ bytes: [UInt8]?) throws(StorageError) { pages[number] = bytes }

    func setPageCount(_ count: UInt32) throws(StorageError) { pageCount = count }

    /// Everything that the statements left, as changes.
    static func changes(_ statements: String...) throws -> [Change] {
        let pages = BatchPages()
        let database = try SQLDatabase(pages: pages, limits: .roost, now: { 0 }, random: { 4 })
        for statement in statements { _ = try database.execute(statement) }
        try database.flush()
        let rows = pages.pages.sorted { $0.key < $1.key }.map { number, bytes in
            Change.put(.pages, key: SQLPageLayout.key(ofPage: number), tag: .bytes, payload: bytes)
        }
        let count = SQLPageLayout.payload(ofPageCount: pages.pageCount)
        return rows + [.put(.pages, key: SQLPageLayout.pageCountKey, tag: .bytes, payload: count)]
    }
}
