/// The pages of one transaction in the data file, each checked when it is read.
///
/// It keeps a bounded number of pages. Isolation: one thread at a time.
final class FilePages {
    private static let cachedPages = 1_024
    static let overflowFlag: UInt16 = 0x04

    let file: DataFile
    let meta: FileMeta
    /// The page of each number that has this place, as far as it was read.
    private var cache: [(number: UInt64, page: FilePage)?]

    init(file: DataFile, meta: FileMeta) {
        self.file = file
        self.meta = meta
        cache = Array(repeating: nil, count: Self.cachedPages)
    }

    /// A page of a tree.
    func page(_ number: UInt64) throws(StorageError) -> FilePage {
        let place = Int(number % UInt64(Self.cachedPages))
        if let cached = cache[place], cached.number == number { return cached.page }
        let page = try FilePage(read(number, byteCount: meta.pageBytes), number: number)
        cache[place] = (number, page)
        return page
    }

    /// The pages that a value of this size takes outside of the tree.
    func overflowPages(byteCount: Int) -> Int {
        (FilePage.headerBytes + byteCount + meta.pageBytes - 1) / meta.pageBytes
    }

    /// The bytes of a value.
    func load(_ value: FileValue) throws(StorageError) -> [UInt8] {
        switch value {
        case .inline(let bytes): return bytes
        case .tree: throw StorageError(.corruption, "A table stands where a value should; restore it from a backup.")
        case .overflow(let number, let byteCount):
            let bytes = try read(number, byteCount: FilePage.headerBytes + byteCount)
            // A value that became shorter may keep the pages it had.
            guard let reserved = Self.reserved(in: bytes, number), reserved >= overflowPages(byteCount: byteCount)
            else {
                throw FilePage.damaged(number, "is not the beginning of the value that should be there")
            }
            return Array(bytes[FilePage.headerBytes...])
        }
    }

    /// How many pages a value outside of the tree really has; at least as many as it needs.
    func reservedPages(_ number: UInt64, byteCount: Int) -> Int {
        let needed = overflowPages(byteCount: byteCount)
        guard let header = try? read(number, byteCount: FilePage.headerBytes) else { return needed }
        return max(needed, Self.reserved(in: header, number) ?? needed)
    }

    /// What the header of the first page says; `nil` when it is not such a header.
    private static func reserved(in bytes: [UInt8], _ number: UInt64) -> Int? {
        let span = unsafe bytes.span.bytes
        guard
            span.littleEndian(UInt64.self, at: 0) == number,
            span.littleEndian(UInt16.self, at: 10) == overflowFlag
        else { return nil }
        return Int(span.littleEndian(UInt32.self, at: 12))
    }

    private func read(_ number: UInt64, byteCount: Int) throws(StorageError) -> [UInt8] {
        let pages = UInt64((byteCount + meta.pageBytes - 1) / meta.pageBytes)
        guard number >= 2, number <= meta.lastPage, pages <= meta.lastPage - number + 1 else {
            throw FilePage.damaged(number, "is outside of the file, which has \(meta.lastPage + 1) pages")
        }
        let bytes = try file.read(byteCount, at: Int(number) * meta.pageBytes)
        guard bytes.count == byteCount else { throw FilePage.damaged(number, "is beyond the end of the file") }
        return bytes
    }
}
