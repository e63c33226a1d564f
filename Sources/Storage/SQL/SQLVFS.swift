import CSQLite
import Glibc

/// The VFS through which SQLite reaches the page store; one for the process.
///
/// It knows nothing but main databases: journals and temporary tables are kept in memory, so that whatever else asks
/// to be opened is a mistake and is refused. It is never the default, so other users of SQLite in the process do not
/// notice it.
enum SQLVFS {
    /// The name under which it is registered.
    static let name = "roost"

    /// SQLite's result of registering it, which happens at the first use.
    static let registration: Int32 = unsafe sqlite3_vfs_register(vfs, 0)

    /// SQLite keeps the pointer for ever, so the memory is never freed.
    private nonisolated(unsafe) static let vfs: UnsafeMutablePointer<sqlite3_vfs> = {
        let vfs = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        unsafe vfs.initialize(to: sqlite3_vfs())
        unsafe vfs.pointee.iVersion = 2
        unsafe vfs.pointee.szOsFile = Int32(MemoryLayout<roost_sqlite3_file>.size)
        unsafe vfs.pointee.mxPathname = 64
        unsafe vfs.pointee.zName = UnsafePointer(strdup(name))
        unsafe vfs.pointee.xOpen = { _, _, file, flags, outFlags in
            guard let file = unsafe file else { return SQLITE_MISUSE }
            guard flags & SQLITE_OPEN_MAIN_DB != 0, let owner = SQLThread.file else {
                unsafe file.pointee.pMethods = nil
                return SQLITE_CANTOPEN
            }
            // The connection keeps its file until SQLite has closed it, so no reference is counted here.
            let pointer = unsafe Unmanaged.passUnretained(owner).toOpaque()
            unsafe roost_sqlite3_file_set(file, SQLFileMethods.table, pointer)
            unsafe outFlags?.pointee = flags
            return SQLITE_OK
        }
        unsafe vfs.pointee.xDelete = { _, _, _ in SQLITE_OK }
        unsafe vfs.pointee.xAccess = { _, _, _, result in
            // There is never a journal beside the database.
            unsafe result?.pointee = 0
            return SQLITE_OK
        }
        unsafe vfs.pointee.xFullPathname = { _, name, capacity, result in
            guard let name = unsafe name, let result = unsafe result, unsafe strlen(name) < Int(capacity) else {
                return SQLITE_CANTOPEN
            }
            unsafe strcpy(result, name)
            return SQLITE_OK
        }
        unsafe vfs.pointee.xRandomness = { _, count, buffer in
            guard let buffer = unsafe buffer, let file = SQLThread.file else { return 0 }
            for index in 0..<Int(count) { unsafe buffer[index] = CChar(truncatingIfNeeded: file.random()) }
            return count
        }
        // Nobody else uses the file, so there is never anything to wait for.
        unsafe vfs.pointee.xSleep = { _, _ in 0 }
        unsafe vfs.pointee.xCurrentTimeInt64 = { _, result in
            guard let file = SQLThread.file else { return SQLITE_ERROR }
            unsafe result?.pointee = file.now() + unixEpoch
            return SQLITE_OK
        }
        unsafe vfs.pointee.xGetLastError = { _, _, _ in 0 }
        return unsafe vfs
    }()

    /// SQLite counts milliseconds from noon in Greenwich on November 24, 4714 B.C.
    private static let unixEpoch: Int64 = 210_866_760_000_000
}
