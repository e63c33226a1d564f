/// What is in a store, for comparing a copy with its original: the tables, and of each the number of rows and a
/// checksum over all keys and values in order.
///
/// Making one reads every page of every table, so it also finds out whether the pages can be followed at all.
struct StoreDigest: Equatable {
    private struct Contents: Equatable {
        var rows: UInt64 = 0
        var checksum: UInt32 = 0
    }

    private var tables: [String: Contents] = [:]

    /// The rows of all tables.
    var rows: UInt64 { tables.values.reduce(0) { $0 + $1.rows } }

    /// Reads all of a store.
    ///
    /// - Throws: `.corruption` when a page cannot be followed, or is used twice.
    init(_ snapshot: StoreSnapshot) throws(StorageError) {
        let pages = snapshot.pages
        var reached = PageSet(pageCount: pages.meta.lastPage + 1)
        func check(_ event: TreeEvent) throws(StorageError) {
            switch event {
            case .damage(let damage): throw StorageError(.corruption, damage.message)
            case .entry: break
            case .pages(let first, let count):
                // A place outside the file: reading the page, which comes next, says what is wrong.
                guard first < reached.pageCount, UInt64(count) <= reached.pageCount - first else { return }
                for page in first..<(first + UInt64(count)) {
                    guard reached.insert(page) else {
                        throw StorageError(.corruption, "Page \(page) of the file is used twice; restore the store.")
                    }
                }
            }
        }
        let found = try FileTables(pages) { event throws(StorageError) in
            try check(event)
            return true
        }
        for name in found.names {
            guard let tree = found[name] else { continue }
            var contents = Contents()
            var checksum = Checksum()
            try pages.walk(tree) { event throws(StorageError) in
                try check(event)
                guard case .entry(let key, let value) = event else { return true }
                let bytes = try pages.load(value)
                var lengths: [UInt8] = []
                lengths.append(bigEndian: UInt32(key.count))
                lengths.append(bigEndian: UInt32(bytes.count))
                for part in [lengths, key, bytes] { unsafe checksum.add(part.span.bytes) }
                contents.rows += 1
                return true
            }
            contents.checksum = checksum.value
            tables[name] = contents
        }
        try pages.walk(pages.meta.free, order: .number) { event throws(StorageError) in
            try check(event)
            return true
        }
    }
}
