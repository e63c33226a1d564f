/// What LMDB notes of a tree of pages: in a meta page, or as the value of a table's name.
struct FileTree: Equatable {
    static let byteCount = 48
    /// The root of a tree without entries.
    static let noPage = UInt64.max
    /// LMDB's own limit for the levels of a tree.
    static let deepest = 32

    /// In the list of free pages it is the size of a page.
    let pad: UInt32
    let flags: UInt16
    /// The number of levels.
    let depth: Int
    let entries: UInt64
    /// The page at the top.
    let root: UInt64

    init(decoding bytes: RawSpan) {
        pad = bytes.littleEndian(at: 0)
        flags = bytes.littleEndian(at: 4)
        depth = Int(bytes.littleEndian(UInt16.self, at: 6))
        entries = bytes.littleEndian(at: 32)
        root = bytes.littleEndian(at: 40)
    }

    /// Whether root, depth and count can belong together in a file of so many pages.
    func isPlausible(lastPage: UInt64) -> Bool {
        guard root != Self.noPage else { return depth == 0 && entries == 0 }
        return root >= 2 && root <= lastPage && (1...Self.deepest).contains(depth) && entries > 0
    }
}
