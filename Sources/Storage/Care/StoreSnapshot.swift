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
        _ = try Self.newestMeta(in: file)
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
        meta = try Self.newestMeta(in: file)
        try meta.checkSize(of: file)
        pages = FilePages(file: file, meta: meta)
    }

    /// Reads the newest meta page, which the server may be writing at the same moment.
    ///
    /// What is seen half is seen otherwise at the next look.
    private static func newestMeta(in file: DataFile) throws(StorageError) -> FileMeta {
        var problem = StorageError(.notFound, "\(file.path) is empty; name the directory of a store.")
        for _ in 0..<attempts {
            do throws(StorageError) {
                guard let meta = try FileMeta.newest(in: file), let again = try FileMeta.newest(in: file) else {
                    throw problem
                }
                let isSettled =
                    meta.transaction == again.transaction && meta.main.root == again.main.root
                    && meta.free.root == again.free.root && meta.lastPage == again.lastPage
                if isSettled { return meta }
            } catch {
                problem = error
            }
        }
        throw problem
    }

    private static func meta(of observer: LMDBObserver, in file: DataFile) throws(StorageError) -> FileMeta {
        for _ in 0..<attempts {
            let meta = try newestMeta(in: file)
            if meta.transaction == observer.transactionNumber { return meta }
            try observer.renew()
        }
        throw StorageError(.overloaded, "The store changes too fast to be looked at; try again when less is written.")
    }
}
