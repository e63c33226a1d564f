import CSQLite

/// The operations on an open file, in the form that SQLite calls.
enum SQLFileMethods {
    /// SQLite keeps the pointer for ever, so the memory is never freed.
    nonisolated(unsafe) static let table: UnsafePointer<sqlite3_io_methods> = {
        let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        unsafe methods.initialize(to: sqlite3_io_methods())
        unsafe methods.pointee.iVersion = 1
        unsafe methods.pointee.xClose = { _ in SQLITE_OK }
        unsafe methods.pointee.xRead = { file, buffer, count, offset in
            guard let owner = unsafe owner(of: file) else { return SQLResult.readFailed }
            return unsafe owner.read(
                into: UnsafeMutableRawBufferPointer(start: buffer, count: Int(count)),
                at: offset
            )
        }
        unsafe methods.pointee.xWrite = { file, buffer, count, offset in
            guard let owner = unsafe owner(of: file) else { return SQLResult.writeFailed }
            return unsafe owner.write(UnsafeRawBufferPointer(start: buffer, count: Int(count)), at: offset)
        }
        unsafe methods.pointee.xTruncate = { file, size in
            unsafe owner(of: file)?.truncate(to: size) ?? SQLResult.truncateFailed
        }
        // Durability is the batch's, not SQLite's.
        unsafe methods.pointee.xSync = { _, _ in SQLITE_OK }
        unsafe methods.pointee.xFileSize = { file, result in
            unsafe result?.pointee = owner(of: file)?.size ?? 0
            return SQLITE_OK
        }
        // The connection is the only one of its object, so locks are always granted.
        unsafe methods.pointee.xLock = { _, _ in SQLITE_OK }
        unsafe methods.pointee.xUnlock = { _, _ in SQLITE_OK }
        unsafe methods.pointee.xCheckReservedLock = { _, result in
            unsafe result?.pointee = 0
            return SQLITE_OK
        }
        unsafe methods.pointee.xFileControl = { _, _, _ in SQLITE_NOTFOUND }
        unsafe methods.pointee.xSectorSize = { _ in Int32(SQLPage.bytes) }
        unsafe methods.pointee.xDeviceCharacteristics = { _ in 0 }
        return unsafe UnsafePointer(methods)
    }()

    private static func owner(of file: UnsafeMutablePointer<sqlite3_file>?) -> SQLFile? {
        guard let file = unsafe file, let pointer = unsafe roost_sqlite3_file_owner(file) else { return nil }
        return unsafe Unmanaged<SQLFile>.fromOpaque(pointer).takeUnretainedValue()
    }
}
