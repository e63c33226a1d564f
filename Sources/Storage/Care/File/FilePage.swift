/// A page of a tree, checked so far that nothing in it points out of it.
struct FilePage {
    private static let branchFlag: UInt16 = 0x01
    private static let leafFlag: UInt16 = 0x02
    static let headerBytes = 16
    private static let nodeBytes = 8

    let bytes: [UInt8]
    let isLeaf: Bool
    /// The number of nodes.
    let count: Int

    /// One entry of the page.
    struct Node {
        let flags: UInt16
        let key: Range<Int>
        /// The value's bytes, or the number of the page where they are; empty in a branch.
        let data: Range<Int>
        /// The size of the value.
        let dataBytes: Int
        /// The page below, in a branch.
        let child: UInt64

        /// The value is on pages of its own.
        var isOverflow: Bool { flags & 0x01 != 0 }
        /// The value is a ``FileTree``.
        var isTree: Bool { flags & 0x02 != 0 }
    }

    /// Checks a page that was read from the file.
    ///
    /// - Throws: `.corruption` with a sentence that says what is wrong.
    init(_ bytes: [UInt8], number: UInt64) throws(StorageError) {
        let span = unsafe bytes.span.bytes
        let found: UInt64 = span.littleEndian(at: 0)
        guard found == number else { throw Self.damaged(number, "carries the number \(found)") }
        let flags: UInt16 = span.littleEndian(at: 10)
        guard flags == Self.branchFlag || flags == Self.leafFlag else {
            throw Self.damaged(number, "has the kind \(flags), which no page of a tree has")
        }
        let lower = Int(span.littleEndian(UInt16.self, at: 12))
        let upper = Int(span.littleEndian(UInt16.self, at: 14))
        guard lower > Self.headerBytes, lower % 2 == 0, lower <= upper, upper < bytes.count else {
            throw Self.damaged(number, "has a header that contradicts itself")
        }
        self.bytes = bytes
        isLeaf = flags == Self.leafFlag
        count = (lower - Self.headerBytes) / 2
        var used = 0
        for index in 0..<count {
            let start = Int(span.littleEndian(UInt16.self, at: Self.headerBytes + 2 * index))
            guard start >= upper, start + Self.nodeBytes <= bytes.count else {
                throw Self.damaged(number, "has an entry outside of itself")
            }
            let node = node(at: index)
            guard node.data.upperBound <= bytes.count, node.key.count <= StorageLimits.engineKeyBytes else {
                throw Self.damaged(number, "has an entry that is longer than itself")
            }
            guard !isLeaf || node.flags & ~0x03 == 0 else { throw Self.damaged(number, "has an entry of no kind") }
            let size = node.data.upperBound - start
            used += size + size % 2
        }
        // Entries lie side by side, so that a length that changed shows even where it stays inside.
        guard used == bytes.count - upper else { throw Self.damaged(number, "has entries that overlap or leave gaps") }
    }

    /// The entry of an index; its ranges are inside the page once it was checked.
    func node(at index: Int) -> Node {
        let span = unsafe bytes.span.bytes
        let start = Int(span.littleEndian(UInt16.self, at: Self.headerBytes + 2 * index))
        let low: UInt16 = span.littleEndian(at: start)
        let high: UInt16 = span.littleEndian(at: start + 2)
        let flags: UInt16 = span.littleEndian(at: start + 4)
        let keyBytes = Int(span.littleEndian(UInt16.self, at: start + 6))
        let key = (start + Self.nodeBytes)..<(start + Self.nodeBytes + keyBytes)
        let number = UInt64(low) | UInt64(high) << 16
        guard isLeaf else {
            let data = key.upperBound..<key.upperBound
            return Node(flags: 0, key: key, data: data, dataBytes: 0, child: number | UInt64(flags) << 32)
        }
        let inline = flags & 0x01 != 0 ? 8 : Int(number)
        let data = key.upperBound..<(key.upperBound + inline)
        return Node(flags: flags, key: key, data: data, dataBytes: Int(number), child: 0)
    }

    func key(of node: Node) -> [UInt8] { Array(bytes[node.key]) }

    static func damaged(_ number: UInt64, _ what: String) -> StorageError {
        StorageError(.corruption, "Page \(number) of the file \(what); restore the store from a backup.")
    }
}

/// A value as a leaf holds it.
enum FileValue {
    case inline([UInt8])
    /// On pages of its own, from this one on.
    case overflow(page: UInt64, byteCount: Int)
    case tree(FileTree)

    /// The size of the value.
    var byteCount: Int {
        switch self {
        case .inline(let bytes): bytes.count
        case .overflow(_, let byteCount): byteCount
        case .tree: FileTree.byteCount
        }
    }
}
