/// What a walk through a tree comes upon.
enum TreeEvent {
    /// Pages of the tree, before they are read; the answer `false` leaves them out.
    case pages(from: UInt64, count: Int)
    /// Something is wrong; the answer `false` ends the walk.
    case damage(TreeDamage)
    /// An entry; the answer `false` ends the walk.
    case entry(key: [UInt8], FileValue)
}

/// A part of a tree that cannot be read, or is not what it should be.
struct TreeDamage {
    let page: UInt64
    /// The first key that the part may hold; `nil` for the first of all.
    let lower: [UInt8]?
    /// The first key after it; `nil` for none.
    let upper: [UInt8]?
    let message: String
}

/// How the keys of a tree are ordered.
enum TreeOrder {
    /// Byte by byte.
    case bytes
    /// As numbers of eight bytes.
    case number

    func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        switch self {
        case .bytes: return ByteOrder.precedes(left, right)
        case .number:
            guard left.count == 8, right.count == 8 else { return false }
            let numbers = unsafe (left.span.bytes.littleEndian(UInt64.self, at: 0), right.span.bytes)
            return numbers.0 < numbers.1.littleEndian(UInt64.self, at: 0)
        }
    }
}

extension FilePages {
    private struct Walk {
        let depth: Int
        let order: TreeOrder
        let range: KeyRange?
        let isReverse: Bool
        /// The key of the entry before.
        var previous: [UInt8]?

        /// Whether keys from `lower` up to and without `upper` may belong to the range.
        func mayContain(_ lower: [UInt8]?, _ upper: [UInt8]?) -> Bool {
            guard let range else { return true }
            if let upper, !ByteOrder.precedes(range.lower, upper) { return false }
            guard let lower else { return true }
            return unsafe range.isBeforeEnd(lower.span.bytes)
        }
    }

    /// Shows the pages and entries of a tree in order of the keys, and goes on after what is damaged.
    ///
    /// - Parameters:
    ///   - tree: The tree.
    ///   - order: How its keys are ordered.
    ///   - range: The keys that are wanted; pages without any are left out.
    ///   - reverse: Whether to begin at the end.
    ///   - visit: Is shown what there is; see ``TreeEvent`` for its answer.
    func walk(
        _ tree: FileTree,
        order: TreeOrder = .bytes,
        range: KeyRange? = nil,
        reverse: Bool = false,
        _ visit: (TreeEvent) throws(StorageError) -> Bool
    ) throws(StorageError) {
        guard tree.root != FileTree.noPage else { return }
        var walk = Walk(depth: tree.depth, order: order, range: range, isReverse: reverse)
        _ = try descend(tree.root, level: 1, from: nil, to: nil, &walk, visit)
    }

    private func descend(
        _ number: UInt64,
        level: Int,
        from lower: [UInt8]?,
        to upper: [UInt8]?,
        _ walk: inout Walk,
        _ visit: (TreeEvent) throws(StorageError) -> Bool
    ) throws(StorageError) -> Bool {
        guard try visit(.pages(from: number, count: 1)) else { return true }
        let page: FilePage
        do throws(StorageError) {
            page = try self.page(number)
            guard page.isLeaf == (level == walk.depth) else {
                throw FilePage.damaged(number, "is on the wrong level of its tree")
            }
        } catch {
            guard error.code == .corruption || error.code == .io else { throw error }
            let damage = TreeDamage(page: number, lower: lower, upper: upper, message: error.message)
            return try visit(.damage(damage))
        }
        for place in 0..<page.count {
            let index = walk.isReverse ? page.count - 1 - place : place
            let goesOn =
                page.isLeaf
                ? try show(page, index, number, from: lower, to: upper, &walk, visit)
                : try descend(into: page, index, level: level, from: lower, to: upper, &walk, visit)
            guard goesOn else { return false }
        }
        return true
    }

    private func descend(
        into page: FilePage,
        _ index: Int,
        level: Int,
        from lower: [UInt8]?,
        to upper: [UInt8]?,
        _ walk: inout Walk,
        _ visit: (TreeEvent) throws(StorageError) -> Bool
    ) throws(StorageError) -> Bool {
        let node = page.node(at: index)
        // The first key of a branch stands for everything that is smaller than the second.
        let first = index == 0 ? lower : page.key(of: node)
        let end = index + 1 < page.count ? page.key(of: page.node(at: index + 1)) : upper
        guard walk.mayContain(first, end) else { return true }
        return try descend(node.child, level: level + 1, from: first, to: end, &walk, visit)
    }

    private func show(
        _ page: FilePage,
        _ index: Int,
        _ number: UInt64,
        from lower: [UInt8]?,
        to upper: [UInt8]?,
        _ walk: inout Walk,
        _ visit: (TreeEvent) throws(StorageError) -> Bool
    ) throws(StorageError) -> Bool {
        let node = page.node(at: index)
        let key = page.key(of: node)
        if let range = walk.range {
            let bytes = unsafe key.span.bytes
            guard range.isPastStart(bytes), range.isBeforeEnd(bytes) else { return true }
        }
        if !isInPlace(key, from: lower, to: upper, walk) {
            let message = FilePage.damaged(number, "has a key in the wrong place").message
            let damage = TreeDamage(page: number, lower: lower, upper: upper, message: message)
            guard try visit(.damage(damage)) else { return false }
        }
        walk.previous = key
        return try visit(.entry(key: key, value(of: node, in: page, visit)))
    }

    private func isInPlace(_ key: [UInt8], from lower: [UInt8]?, to upper: [UInt8]?, _ walk: Walk) -> Bool {
        if let lower, walk.order.precedes(key, lower) { return false }
        if let upper, !walk.order.precedes(key, upper) { return false }
        guard let previous = walk.previous else { return true }
        return walk.isReverse ? walk.order.precedes(key, previous) : walk.order.precedes(previous, key)
    }

    private func value(
        of node: FilePage.Node,
        in page: FilePage,
        _ visit: (TreeEvent) throws(StorageError) -> Bool
    ) throws(StorageError) -> FileValue {
        let value = Self.value(of: node, in: page)
        if case .overflow(let first, let byteCount) = value {
            _ = try visit(.pages(from: first, count: reservedPages(first, byteCount: byteCount)))
        }
        return value
    }

    /// The value of an entry of a leaf.
    static func value(of node: FilePage.Node, in page: FilePage) -> FileValue {
        if node.isOverflow {
            let first = unsafe page.bytes.span.bytes.littleEndian(UInt64.self, at: node.data.lowerBound)
            return .overflow(page: first, byteCount: node.dataBytes)
        }
        if node.isTree, node.dataBytes == FileTree.byteCount {
            return .tree(FileTree(decoding: unsafe page.bytes.span.bytes.extracting(node.data)))
        }
        return .inline(Array(page.bytes[node.data]))
    }

    /// The value of one key of a tree that is ordered byte by byte.
    func find(_ key: [UInt8], in tree: FileTree) throws(StorageError) -> FileValue? {
        guard tree.root != FileTree.noPage else { return nil }
        var number = tree.root
        for level in 1...max(1, tree.depth) {
            let page = try self.page(number)
            guard page.isLeaf == (level == tree.depth) else {
                throw FilePage.damaged(number, "is on the wrong level of its tree")
            }
            let (index, isEqual) = Self.place(of: key, in: page)
            if page.isLeaf { return isEqual ? Self.value(of: page.node(at: index), in: page) : nil }
            // The first key of a branch stands for everything that is smaller than the second.
            number = page.node(at: isEqual ? index : max(0, index - 1)).child
        }
        return nil
    }

    /// The first entry that is not before the key, and whether it is the key.
    private static func place(of key: [UInt8], in page: FilePage) -> (index: Int, isEqual: Bool) {
        let bytes = unsafe page.bytes.span.bytes
        var low = page.isLeaf ? 0 : 1
        var high = page.count
        while low < high {
            let middle = (low + high) / 2
            let order = unsafe ByteOrder.compare(bytes.extracting(page.node(at: middle).key), key.span.bytes)
            if order == 0 { return (middle, true) }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return (low, false)
    }
}
