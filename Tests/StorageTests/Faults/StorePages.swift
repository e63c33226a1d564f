@testable import RoostStorage

/// The pages of a database as they are in a store.
final class StorePages: SQLPageStore {
    private let store: Store
    private let classNumber: UInt32
    private let object: ObjectNumber
    private(set) var pageCount: UInt32 = 0

    init(_ store: Store, classNumber: UInt32, object: UInt64) {
        self.store = store
        self.classNumber = classNumber
        self.object = ObjectNumber(value: object)
        var count: UInt32 = 0
        _ = try? show(SQLPageLayout.pageCountKey) { count = $0.bigEndian(at: 0) }
        pageCount = count
    }

    private func show(_ key: [UInt8], to body: (RawSpan) -> Void) throws(StorageError) -> Bool {
        try store.read { transaction throws(StorageError) in
            try transaction.withValue(classNumber: classNumber, object: object, space: .pages, key: key) { body($1) }
        } != nil
    }

    func showPage(_ number: UInt32, to body: (RawSpan) -> Void) throws(StorageError) -> Bool {
        try show(SQLPageLayout.key(ofPage: number), to: body)
    }

    func setPage(_ number: UInt32, _ bytes: [UInt8]?) throws(StorageError) {}

    func setPageCount(_ count: UInt32) throws(StorageError) {}
}
