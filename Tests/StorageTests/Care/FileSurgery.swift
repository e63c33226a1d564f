import Glibc

@testable import RoostStorage

/// Finds and changes single bytes of a store's file.
struct FileSurgery {
    let path: String
    let pages: FilePages
    let tables: FileTables

    init(_ directory: String) throws {
        path = "\(directory)/roost.mdb"
        pages = try StoreSnapshot(file: path).pages
        tables = try FileTables(pages)
    }

    var pageBytes: Int { pages.meta.pageBytes }

    /// The leaf that holds a key, and the place of the key's entry in it.
    func leaf(_ table: Table, _ key: [UInt8]) throws -> (number: UInt64, page: FilePage, node: FilePage.Node) {
        guard let tree = tables[table.name] else { throw StorageError(.notFound, "no table") }
        var found: (UInt64, FilePage, FilePage.Node)?
        var last: UInt64 = 0
        try pages.walk(tree, range: KeyRange(lower: key, upper: key, includesUpper: true)) {
            event throws(StorageError) in
            if case .pages(let first, 1) = event { last = first }
            if case .entry = event {
                // An overflow value names its own pages after the leaf.
                let number = try self.path(to: key, in: tree).last ?? last
                let page = try pages.page(number)
                for index in 0..<page.count where page.key(of: page.node(at: index)) == key {
                    found = (number, page, page.node(at: index))
                }
            }
            return true
        }
        guard let found else { throw StorageError(.notFound, "no such key") }
        return (found.0, found.1, found.2)
    }

    /// The pages from the root of a tree to the leaf of a key.
    func path(to key: [UInt8], in tree: FileTree) throws(StorageError) -> [UInt64] {
        var number = tree.root
        var numbers = [number]
        for _ in 1..<max(1, tree.depth) {
            let page = try pages.page(number)
            var index = 0
            while index + 1 < page.count, !ByteOrder.precedes(key, page.key(of: page.node(at: index + 1))) {
                index += 1
            }
            number = page.node(at: index).child
            numbers.append(number)
        }
        return numbers
    }

    /// Flips bits of the byte at an offset of the file.
    static func flip(_ path: String, at offset: Int, mask: UInt8 = 1) {
        let file = open(path, O_RDWR)
        defer { close(file) }
        var byte: UInt8 = 0
        pread(file, &byte, 1, off_t(offset))
        byte ^= mask
        pwrite(file, &byte, 1, off_t(offset))
    }

    func flip(page: UInt64, at offset: Int, mask: UInt8 = 1) {
        Self.flip(path, at: Int(page) * pageBytes + offset, mask: mask)
    }
}
