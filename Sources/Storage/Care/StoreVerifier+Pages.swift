extension StoreVerifier {
    /// Reads the list of free pages.
    func verifyFreePages() throws(StorageError) {
        try pages.walk(pages.meta.free, order: .number) { event throws(StorageError) in
            switch event {
            case .pages(let first, let count):
                return reach(first, count)
            case .damage(let damage):
                add(.file, "\(damage.message) It belongs to the list of free pages.")
            case .entry(_, let value):
                let listed = try readable { () throws(StorageError) in try FreeList.pages(in: pages.load(value)) }
                guard let listed else {
                    add(.file, "The list of free pages is damaged; restore the store from a backup.")
                    return true
                }
                for page in listed { noteFree(page) }
            }
            return true
        }
        report.freePages = free.count
    }

    private func noteFree(_ page: UInt64) {
        guard page >= 2, page <= pages.meta.lastPage else {
            return add(.file, "Page \(page) is free and outside of the file; restore the store from a backup.")
        }
        if !free.insert(page) { add(.file, "Page \(page) of the file is free twice; restore the store from a backup.") }
    }

    /// Checks that no page is used and free, and counts those that are neither.
    func verifyPages() {
        for page in 2..<max(2, reached.pageCount) {
            switch (reached.contains(page), free.contains(page)) {
            case (true, true):
                add(.file, "Page \(page) of the file is used and free; make a backup at once, and restore it.")
            case (false, false): report.unusedPages += 1
            default: break
            }
        }
    }
}
