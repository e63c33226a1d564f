/// A look into the store of a directory, as it was at one transaction, whether or not a server has it.
///
/// Nothing in the directory is changed but LMDB's list of readers. Everything is read from the file, never through the
/// memory map, and checked on the way, so that no damage can end the process.
///
/// Isolation: one thread at a time.
final class StoreSnapshot {
    let file: DataFile
    let meta: FileMeta
    let pages: FilePages
    /// Keeps the pages of the transaction from being used again; `nil` where nobody writes.
    let observer: LMDBObserver?
    private let hold: DirectoryHold?

    /// How often the newest transaction is sought, which a busy server may replace meanwhile.
    private static let attempts = 100

    /// Looks into the store of a directory.
    ///
    /// - Parameters:
    ///   - directory: The directory of the store.
    ///   - holding: Whether to keep the file from being replaced; not for the one who replaces it.
    init(directory: String, holding: Bool = true) throws(StorageError) {
        hold = holding ? try DirectoryHold(directory, .shared) : nil
        file = try DataFile(directory: directory)
        // LMDB takes the meta pages as they are, so they are checked before it sees them.
        try Self.checkMeta(in: file)
        let observer = try LMDBObserver(directory: directory)
        self.observer = observer
        meta = try Self.meta(of: observer, in: file)
        try meta.checkSize(of: file)
        pages = FilePages(file: file, meta: meta)
    }

    /// Looks into a data file that nobody writes.
    init(file path: String) throws(StorageError) {
        hold = nil
        observer = nil
        file = try DataFile(path: path)
        guard let meta = try Self.settledMeta(of: nil, in: file) else { throw Self.tooFast }
        self.meta = meta
        try meta.checkSize(of: file)
        pages = FilePages(file: file, meta: meta)
    }

    private static func checkMeta(in file: DataFile) throws(StorageError) {
        for attempt in 1...attempts {
            do throws(StorageError) {
                guard let meta = try FileMeta.newest(in: file) else {
                    throw StorageError(.notFound, "\(file.path) is empty; name the directory of a store.")
                }
                _ = try meta.missingPages(of: file)
                return
            } catch {
                guard attempt < attempts else { throw error }
            }
        }
    }

    /// Reads a meta page, which the server may be writing at the same moment.
    ///
    /// What is seen half is seen otherwise at the next look.
    ///
    /// - Parameter transaction: The transaction that wrote it; `nil` for the newest.
    /// - Returns: `nil` when the page has been replaced.
    private static func settledMeta(
        of transaction: UInt64?,
        in file: DataFile
    ) throws(StorageError) -> FileMeta? {
        var problem = tooFast
        for _ in 0..<attempts {
            do throws(StorageError) {
                guard let pair = try FileMeta.pair(in: file), let again = try FileMeta.pair(in: file) else {
                    throw StorageError(.notFound, "\(file.path) is empty; name the directory of a store.")
                }
                guard let transaction else {
                    if pair == again { return pair.max { $0.transaction < $1.transaction } }
                    continue
                }
                guard let meta = pair.first(where: { $0.transaction == transaction }) else { return nil }
                if again.contains(meta) { return meta }
            } catch {
                problem = error
            }
        }
        throw problem
    }

    /// The meta page of the transaction that the observer sees.
    ///
    /// It need not be the newest in the file: LMDB tells of a transaction only when its meta page is on the disk.
    /// That of the one before stays until the one after is written.
    private static func meta(of observer: LMDBObserver, in file: DataFile) throws(StorageError) -> FileMeta {
        for _ in 0..<attempts {
            if let meta = try settledMeta(of: observer.transactionNumber, in: file) { return meta }
            try observer.renew()
        }
        throw tooFast
    }

    private static var tooFast: StorageError {
        StorageError(.overloaded, "The store changes too fast to be looked at; try again when less is written.")
    }
}
