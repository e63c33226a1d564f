/// Where the pages of one object's database are: the object's uncommitted layer over the store.
///
/// It is synchronous and used from one thread at a time. SQLite writes to it only while ``SQLDatabase/flush()`` runs;
/// when that throws, the layer may hold a part of the pages and must be dropped together with the connection.
package protocol SQLPageStore: AnyObject {
    /// The number of pages that the database has.
    var pageCount: UInt32 { get }

    /// Shows a page to `body`, once, where it lies; pages are counted from one.
    ///
    /// What is shown is what was last set, of which trailing zeros may be cut off.
    ///
    /// - Returns: Whether there is one; a page that was never written is not shown.
    func showPage(_ number: UInt32, to body: (RawSpan) -> Void) throws(StorageError) -> Bool

    /// Writes a page, or deletes it when `bytes` is `nil`.
    ///
    /// - Parameters:
    ///   - number: The page, counted from one.
    ///   - bytes: At most ``SQLPage/storedBytes`` bytes, without trailing zeros.
    func setPage(_ number: UInt32, _ bytes: [UInt8]?) throws(StorageError)

    /// Says how many pages the database has from now on.
    func setPageCount(_ count: UInt32) throws(StorageError)
}

/// The sizes of a page.
package enum SQLPage {
    /// What SQLite takes for the size of a page.
    package static let bytes = 4_096
    /// The last bytes of every page, which SQLite leaves alone.
    ///
    /// They make room for the header of the store's own page (16 bytes) and for the tag and the checksum of a stored
    /// value (5 bytes), so that a full page of SQLite's fits into one page of the store: 4,072 + 5 + 16 <= 4,096. With
    /// 16 reserved bytes every full page would take two.
    package static let reservedBytes = 24
    /// The largest page that reaches the page store.
    package static let storedBytes = bytes - reservedBytes
}
