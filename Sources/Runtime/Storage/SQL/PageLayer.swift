import DequeModule
import RoostStorage

/// The pages of an object's database that were changed and that the store does not hold yet.
///
/// Guarantee: a page is found here or in the store, never in neither; what has become durable leaves, because SQLite
/// has a page cache of its own.
///
/// Invariants
/// 1. A page carries the number of the batch it belongs to, and stays until that batch is durable.
/// 2. After `wipe` nothing is read from the store until the batch that deletes is durable.
/// 3. Pages arrive when the open batch is about to be sealed, so no savepoint ever has to undo them.
///
/// Isolation: a part of `ObjectBuffer`, used where that may be used.
struct PageLayer {
    /// Where to look for a page.
    enum Place {
        /// Here: what it is now, or nil when it was deleted.
        case here([UInt8]?)
        /// In the store, if anywhere.
        case store
    }

    private var pages: [UInt32: (batch: UInt64, bytes: [UInt8]?)] = [:]
    /// The pages of the open batch.
    private var touched: [UInt32] = []
    private var sealed: Deque<(batch: UInt64, numbers: [UInt32])> = []
    /// The newest batch that deleted the database, until it is durable.
    private var wipedIn: UInt64?

    /// How many pages are here.
    var count: Int { pages.count }

    /// Tells where a page is; number zero is the number of pages.
    func place(of number: UInt32) -> Place {
        if pages.isEmpty { return wipedIn == nil ? .store : .here(nil) }
        if let page = pages[number] { return .here(page.bytes) }
        return wipedIn == nil ? .store : .here(nil)
    }

    mutating func set(_ number: UInt32, _ bytes: [UInt8]?, batch: UInt64) {
        let before = pages.updateValue((batch, bytes), forKey: number)
        if before?.batch != batch { touched.append(number) }
    }

    /// Deletes all pages, here and in the store.
    mutating func wipe(batch: UInt64) {
        pages = [:]
        touched = []
        wipedIn = batch
    }

    /// Adds the changes of the batch that is sealed, in the order of their keys.
    mutating func seal(batch: UInt64, into changes: inout [Change]) {
        if wipedIn == batch { changes.append(.deleteAll(.pages)) }
        guard !touched.isEmpty else { return }
        touched.sort()
        for number in touched {
            guard let page = pages[number] else { continue }
            let key = SQLPageLayout.key(ofPage: number)
            if let bytes = page.bytes {
                changes.append(.put(.pages, key: key, tag: .bytes, payload: bytes))
            } else {
                changes.append(.delete(.pages, key: key))
            }
        }
        sealed.append((batch, touched))
        touched = []
    }

    /// Drops what has become durable.
    mutating func forget(durable: UInt64) {
        while let first = sealed.first, first.batch <= durable {
            for number in first.numbers where pages[number]?.batch == first.batch { pages[number] = nil }
            sealed.removeFirst()
        }
        if let wipedIn, wipedIn <= durable { self.wipedIn = nil }
    }
}
