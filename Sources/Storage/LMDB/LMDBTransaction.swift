import CLMDB

/// A read or write transaction of LMDB, used by the thread that began it and never beyond its end.
@safe struct LMDBTransaction {
    private let pointer: OpaquePointer
    /// The databases that were open when the transaction began, and those it created itself.
    private(set) var handles: LMDBHandles

    init(_ pointer: OpaquePointer, handles: LMDBHandles) {
        unsafe self.pointer = unsafe pointer
        self.handles = handles
    }

    /// Gives a read transaction of its own to `body`, or none when there is none to be had.
    ///
    /// LMDB lets a transaction do nothing more after it came upon a damaged page.
    func withAnother(_ body: (LMDBTransaction) -> Void) {
        var begun: OpaquePointer?
        let code = unsafe mdb_txn_begin(mdb_txn_env(pointer), nil, UInt32(MDB_RDONLY), &begun)
        guard code == MDB_SUCCESS, let another = unsafe begun else { return }
        defer { unsafe mdb_txn_abort(another) }
        body(unsafe LMDBTransaction(another, handles: handles))
    }

    /// The number of the transaction.
    var number: UInt64 { unsafe UInt64(mdb_txn_id(pointer)) }

    private func handle(_ table: Table) throws(StorageError) -> MDB_dbi {
        guard let handle = handles[table] else {
            throw StorageError(.notFound, "The table \(table.name) does not exist; register the class first.")
        }
        return handle
    }

    /// Runs `body` with a key or value in the form that LMDB takes.
    ///
    /// LMDB copies it and never writes to it.
    private func withItem<R>(_ bytes: [UInt8], _ body: (inout MDB_val) -> R) -> R {
        unsafe bytes.withUnsafeBytes { buffer in
            let start = unsafe UnsafeMutableRawPointer(mutating: buffer.baseAddress)
            var item = unsafe MDB_val(mv_size: buffer.count, mv_data: start)
            return unsafe body(&item)
        }
    }

    /// Refuses a large value that does not lie where its page says.
    ///
    /// LMDB believes the length that stands beside the key. A wrong one could lead beyond the end of the file, where
    /// touching the map ends the process. What is too small to be looked at reaches four pages at most.
    private func checkEnd(of value: MDB_val, _ handle: MDB_dbi) throws(StorageError) {
        guard unsafe value.mv_size > Self.largestInlineBytes, let data = unsafe value.mv_data else { return }
        var statistics = MDB_stat()
        _ = unsafe mdb_stat(pointer, handle, &statistics)
        let header = unsafe UnsafeRawBufferPointer(
            start: data - FilePage.headerBytes,
            count: FilePage.headerBytes
        )
        let flags = unsafe header.loadUnaligned(fromByteOffset: 10, as: UInt16.self)
        let pages = unsafe header.loadUnaligned(fromByteOffset: 12, as: UInt32.self)
        let room = Int(pages) * Int(statistics.ms_psize) - FilePage.headerBytes
        // A page that this transaction has written has other flags beside this one.
        guard flags & FilePages.overflowFlag != 0, unsafe value.mv_size <= room else {
            throw StorageError(.corruption, "A stored value is longer than its pages; restore it from a backup.")
        }
    }

    /// A larger value has pages of its own, whatever the size of a page.
    private static let largestInlineBytes = 16 << 10

    private static func span(_ item: MDB_val) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: item.mv_data, count: item.mv_size)
    }
}

extension LMDBTransaction: TableReader {
    func show(
        _ table: Table,
        _ key: [UInt8],
        to body: (RawSpan) throws(StorageError) -> Void
    ) throws(StorageError) -> Bool {
        guard let handle = handles[table] else { return false }
        var value = unsafe MDB_val()
        let code = unsafe withItem(key) { unsafe mdb_get(pointer, handle, &$0, &value) }
        if code == MDB_NOTFOUND { return false }
        try StorageError.check(code, while: "reading from \(table.name)")
        try unsafe checkEnd(of: value, handle)
        try body(unsafe RawSpan(_unsafeBytes: Self.span(value)))
        return true
    }

    func scan(
        _ table: Table,
        _ range: KeyRange,
        reverse: Bool,
        _ body: (_ key: RawSpan, _ value: RawSpan) throws(StorageError) -> Bool
    ) throws(StorageError) {
        guard let handle = handles[table] else { return }
        let cursor = unsafe try openCursor(handle, table)
        defer { unsafe mdb_cursor_close(cursor) }
        var key = unsafe MDB_val()
        var value = unsafe MDB_val()
        var code = unsafe reverse ? moveToEnd(range, cursor, &key, &value) : moveToStart(range, cursor, &key, &value)
        while code == MDB_SUCCESS {
            let keySpan = unsafe RawSpan(_unsafeBytes: Self.span(key))
            guard reverse ? range.isPastStart(keySpan) : range.isBeforeEnd(keySpan) else { return }
            try unsafe checkEnd(of: value, handle)
            guard try body(keySpan, unsafe RawSpan(_unsafeBytes: Self.span(value))) else { return }
            code = unsafe mdb_cursor_get(cursor, &key, &value, reverse ? MDB_PREV : MDB_NEXT)
        }
        guard code == MDB_NOTFOUND else { throw .lmdb(code, while: "scanning \(table.name)") }
    }

    private func openCursor(_ handle: MDB_dbi, _ table: Table) throws(StorageError) -> OpaquePointer {
        var cursor: OpaquePointer?
        try StorageError.check(unsafe mdb_cursor_open(pointer, handle, &cursor), while: "scanning \(table.name)")
        guard let cursor = unsafe cursor else { throw .lmdb(MDB_INVALID, while: "scanning \(table.name)") }
        return unsafe cursor
    }

    private func moveToStart(
        _ range: KeyRange,
        _ cursor: OpaquePointer,
        _ key: inout MDB_val,
        _ value: inout MDB_val
    ) -> Int32 {
        if range.lower.isEmpty {
            return unsafe mdb_cursor_get(cursor, &key, &value, MDB_FIRST)
        }
        return unsafe withItem(range.lower) { start in
            let code = unsafe mdb_cursor_get(cursor, &start, &value, MDB_SET_RANGE)
            unsafe key = unsafe start
            return code
        }
    }

    /// Moves to the last key of the range: LMDB only finds the first key that is not before one, so it is the one
    /// before that, or the last of all.
    private func moveToEnd(
        _ range: KeyRange,
        _ cursor: OpaquePointer,
        _ key: inout MDB_val,
        _ value: inout MDB_val
    ) -> Int32 {
        guard let upper = range.upper else {
            return unsafe mdb_cursor_get(cursor, &key, &value, MDB_LAST)
        }
        let code = unsafe withItem(upper) { end in
            let code = unsafe mdb_cursor_get(cursor, &end, &value, MDB_SET_RANGE)
            unsafe key = unsafe end
            return code
        }
        if code == MDB_NOTFOUND {
            return unsafe mdb_cursor_get(cursor, &key, &value, MDB_LAST)
        }
        guard code == MDB_SUCCESS else { return code }
        if range.isBeforeEnd(unsafe RawSpan(_unsafeBytes: Self.span(key))) { return code }
        return unsafe mdb_cursor_get(cursor, &key, &value, MDB_PREV)
    }
}

extension LMDBTransaction: TableWriter {
    mutating func put(_ table: Table, _ key: [UInt8], _ value: [UInt8]) throws(StorageError) {
        let handle = try handle(table)
        let code = unsafe withItem(key) { key in
            unsafe withItem(value) { value in unsafe mdb_put(pointer, handle, &key, &value, 0) }
        }
        try StorageError.check(code, while: "writing to \(table.name)")
    }

    mutating func delete(_ table: Table, _ key: [UInt8]) throws(StorageError) {
        let handle = try handle(table)
        let code = unsafe withItem(key) { unsafe mdb_del(pointer, handle, &$0, nil) }
        if code == MDB_NOTFOUND { return }
        try StorageError.check(code, while: "deleting from \(table.name)")
    }

    mutating func deleteAll(_ table: Table, _ range: KeyRange) throws(StorageError) {
        let cursor = unsafe try openCursor(try handle(table), table)
        defer { unsafe mdb_cursor_close(cursor) }
        var key = unsafe MDB_val()
        var value = unsafe MDB_val()
        var code = unsafe moveToStart(range, cursor, &key, &value)
        while code == MDB_SUCCESS, range.isBeforeEnd(unsafe RawSpan(_unsafeBytes: Self.span(key))) {
            code = unsafe mdb_cursor_del(cursor, 0)
            if code == MDB_SUCCESS {
                // After a deletion the cursor stands before the next key, and this moves onto it.
                code = unsafe mdb_cursor_get(cursor, &key, &value, MDB_NEXT)
            }
        }
        guard code == MDB_SUCCESS || code == MDB_NOTFOUND else {
            throw .lmdb(code, while: "deleting from \(table.name)")
        }
    }

    mutating func createTable(_ table: Table) throws(StorageError) {
        guard handles[table] == nil else { return }
        var handle = MDB_dbi()
        let code = unsafe mdb_dbi_open(pointer, table.name, UInt32(MDB_CREATE), &handle)
        try StorageError.check(code, while: "creating the table \(table.name)")
        handles[table] = handle
    }
}
