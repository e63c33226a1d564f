/// One of the two meta pages at the beginning of the data file, of which the newer one counts.
///
/// LMDB has no checksum over it, and takes every number in it as it is. What is checked here are the numbers that must
/// fit to each other, and to the size of the file.
struct FileMeta: Equatable {
    private static let magic: UInt32 = 0xBEEF_C0DE
    private static let version: UInt32 = 1
    private static let metaFlag: UInt16 = 0x08
    private static let integerKeyFlag: UInt16 = 0x08
    /// The bytes of a meta page that mean something.
    static let byteCount = 152

    let pageBytes: Int
    let mapBytes: UInt64
    let free: FileTree
    let main: FileTree
    let lastPage: UInt64
    /// The transaction that wrote the page.
    let transaction: UInt64

    /// Reads a meta page.
    ///
    /// - Returns: `nil` when the page has not LMDB's mark.
    init?(decoding bytes: RawSpan) throws(StorageError) {
        guard bytes.byteCount >= Self.byteCount, bytes.littleEndian(UInt32.self, at: 16) == Self.magic else {
            return nil
        }
        let version: UInt32 = bytes.littleEndian(at: 20)
        guard version == Self.version else {
            throw StorageError(
                .newerFormat,
                "The file has version \(version) of LMDB's format and this program reads version \(Self.version); "
                    + "use the program that wrote it."
            )
        }
        mapBytes = bytes.littleEndian(at: 32)
        free = FileTree(decoding: bytes.extracting(40..<88))
        main = FileTree(decoding: bytes.extracting(88..<136))
        lastPage = bytes.littleEndian(at: 136)
        transaction = bytes.littleEndian(at: 144)
        pageBytes = Int(free.pad)
        guard
            bytes.littleEndian(UInt16.self, at: 10) & Self.metaFlag != 0,
            (512...65_536).contains(pageBytes), pageBytes.nonzeroBitCount == 1,
            lastPage >= 1, lastPage < 1 << 40,
            free.flags & 0x3F == Self.integerKeyFlag, main.flags == 0,
            free.isPlausible(lastPage: lastPage), main.isPlausible(lastPage: lastPage)
        else { throw Self.damaged("contradicts itself") }
    }

    /// Reads both meta pages and gives the newer one.
    ///
    /// - Returns: `nil` for a file without a byte, which LMDB takes for a new one.
    static func newest(in file: DataFile) throws(StorageError) -> FileMeta? {
        try pair(in: file)?.max { $0.transaction < $1.transaction }
    }

    /// Reads both meta pages.
    ///
    /// - Returns: `nil` for a file without a byte, which LMDB takes for a new one.
    static func pair(in file: DataFile) throws(StorageError) -> [FileMeta]? {
        let first = try file.read(Self.byteCount, at: 0)
        if first.isEmpty { return nil }
        // The place of the second page depends on the first; where that says nothing, on the usual size.
        let meta = unsafe try FileMeta(decoding: first.span.bytes)
        let second = try file.read(Self.byteCount, at: meta?.pageBytes ?? 4_096)
        let other = unsafe try FileMeta(decoding: second.span.bytes)
        guard let meta, let other else {
            guard meta == nil, other == nil else { throw damaged("has lost its mark") }
            throw StorageError(
                .foreignDirectory,
                "\(file.path) is no store’s file; choose another directory, or restore the file from a backup."
            )
        }
        guard
            meta.pageBytes == other.pageBytes,
            meta.transaction & 1 == 0,
            other.transaction == 0 || other.transaction & 1 == 1,
            max(meta.transaction, other.transaction) - min(meta.transaction, other.transaction) <= 1
        else { throw damaged("does not follow the other one") }
        return [meta, other]
    }

    /// Refuses a file that ends before a page that is in use.
    ///
    /// LMDB would find out by touching the map beyond the end of the file, which ends the process. Pages at the end
    /// that were given back in the transaction that took them were never written; those may be missing.
    func checkSize(of file: DataFile) throws(StorageError) {
        let count = try missingPages(of: file)
        guard count > 0 else { return }
        let present = lastPage + 1 - count
        let pages = FilePages(file: file, meta: self)
        var missing = PageSet(pageCount: lastPage + 1)
        try pages.walk(free, order: .number) { event throws(StorageError) in
            if case .damage(let damage) = event { throw StorageError(.corruption, damage.message) }
            if case .entry(_, let value) = event {
                for page in try FreeList.pages(in: pages.load(value)) where page >= present && page <= lastPage {
                    _ = missing.insert(page)
                }
            }
            return true
        }
        guard missing.count == count else { throw cutOff(file, present) }
    }

    /// How many pages the file lacks.
    ///
    /// What is missing stands in the list of free pages, eight bytes for each, and that list in the file itself: so a
    /// number that cannot be true is refused before anybody takes memory or a map for it.
    func missingPages(of file: DataFile) throws(StorageError) -> UInt64 {
        let byteCount = UInt64(try file.byteCount())
        let present = byteCount / UInt64(pageBytes)
        guard present <= lastPage else { return 0 }
        guard lastPage + 1 - present <= byteCount / 8 else { throw cutOff(file, present) }
        return lastPage + 1 - present
    }

    private func cutOff(_ file: DataFile, _ present: UInt64) -> StorageError {
        StorageError(
            .corruption,
            "\(file.path) is cut off: it ends after \(present) pages of \(lastPage + 1), and some of those that are "
                + "missing are in use; restore it from a backup."
        )
    }

    private static func damaged(_ what: String) -> StorageError {
        StorageError(.corruption, "A meta page of the file \(what); restore the store from a backup.")
    }
}

/// The value of an entry in the tree of free pages: how many there are, then their numbers, eight bytes each.
enum FreeList {
    static func pages(in value: [UInt8]) throws(StorageError) -> [UInt64] {
        let bytes = unsafe value.span.bytes
        guard bytes.byteCount >= 8 else { throw damaged }
        let count: UInt64 = bytes.littleEndian(at: 0)
        guard count <= UInt64(bytes.byteCount / 8 - 1) else { throw damaged }
        return (0..<Int(count)).map { bytes.littleEndian(at: 8 + 8 * $0) }
    }

    private static var damaged: StorageError {
        StorageError(.corruption, "The list of free pages is damaged; restore the store from a backup.")
    }
}
