/// The tables of a store, read from its data file without LMDB.
///
/// Isolation: one thread at a time.
final class FileTables {
    let pages: FilePages
    private let trees: [String: FileTree]

    /// Reads which tables there are.
    ///
    /// - Parameter visit: Is shown the pages of the tree of tables and what is damaged in it; the entries it is not.
    init(_ pages: FilePages, _ visit: (TreeEvent) throws(StorageError) -> Bool) throws(StorageError) {
        self.pages = pages
        var trees: [String: FileTree] = [:]
        try pages.walk(pages.meta.main) { event throws(StorageError) in
            guard case .entry(let key, let value) = event else { return try visit(event) }
            let name = String(decoding: key, as: UTF8.self)
            if case .tree(let tree) = value, tree.flags == 0, tree.isPlausible(lastPage: pages.meta.lastPage) {
                trees[name] = tree
                return true
            }
            let message = "The table “\(name)” cannot be found in the file; restore the store from a backup."
            return try visit(.damage(TreeDamage(page: 0, lower: key, upper: key, message: message)))
        }
        self.trees = trees
    }

    /// Reads which tables there are, of which nothing may be damaged.
    convenience init(_ pages: FilePages) throws(StorageError) {
        try self.init(pages) { event throws(StorageError) in
            if case .damage(let damage) = event { throw StorageError(.corruption, damage.message) }
            return true
        }
    }

    /// The names of the tables, in order.
    var names: [String] { trees.keys.sorted() }

    /// The tree of a table.
    subscript(name: String) -> FileTree? { trees[name] }
}

extension FileTables: TableReader {
    func show(
        _ table: Table,
        _ key: [UInt8],
        to body: (RawSpan) throws(StorageError) -> Void
    ) throws(StorageError) -> Bool {
        guard let tree = trees[table.name], let value = try pages.find(key, in: tree) else { return false }
        let bytes = try pages.load(value)
        unsafe try body(bytes.span.bytes)
        return true
    }

    func scan(
        _ table: Table,
        _ range: KeyRange,
        reverse: Bool,
        _ body: (_ key: RawSpan, _ value: RawSpan) throws(StorageError) -> Bool
    ) throws(StorageError) {
        guard let tree = trees[table.name] else { return }
        try pages.walk(tree, range: range, reverse: reverse) { event throws(StorageError) in
            switch event {
            case .pages: return true
            case .damage(let damage): throw StorageError(.corruption, damage.message)
            case .entry(let key, let value):
                let bytes = try pages.load(value)
                return unsafe try body(key.span.bytes, bytes.span.bytes)
            }
        }
    }
}
