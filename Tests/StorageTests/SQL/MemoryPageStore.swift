@testable import RoostStorage

/// The layer of one object without a store: pages in a dictionary, faults at a chosen call.
final class MemoryPageStore: SQLPageStore {
    /// What a commit makes durable and a reset goes back to.
    struct Snapshot: Equatable {
        var pages: [UInt32: [UInt8]] = [:]
        var pageCount: UInt32 = 0
    }

    private(set) var current = Snapshot()
    private(set) var reads = 0
    private(set) var writes = 0
    /// The call, counted from one, that fails together with all after it.
    var failingRead = Int.max
    var failingWrite = Int.max
    var failure = StorageError(.io, "The disk does not answer; look into the system's log.")

    var pageCount: UInt32 { current.pageCount }

    func showPage(_ number: UInt32, to body: (RawSpan) -> Void) throws(StorageError) -> Bool {
        reads += 1
        if reads >= failingRead { throw failure }
        guard let page = current.pages[number] else { return false }
        body(page.span.bytes)
        return true
    }

    func setPage(_ number: UInt32, _ bytes: [UInt8]?) throws(StorageError) {
        writes += 1
        if writes >= failingWrite { throw failure }
        current.pages[number] = bytes
    }

    func setPageCount(_ count: UInt32) throws(StorageError) {
        current.pageCount = count
    }

    /// Goes back to an earlier state, and forgets the faults.
    func restore(_ snapshot: Snapshot) {
        current = snapshot
        failingRead = .max
        failingWrite = .max
    }
}
