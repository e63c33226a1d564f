import CLMDB
import Glibc

/// An open LMDB environment, and the only one for its file in this process.
///
/// Isolation: reads on any thread; one writer at a time, which its caller ensures, and which begins and ends each
/// transaction in one call, because LMDB ties a write transaction to its thread.
@safe final class LMDBEnvironment: @unchecked Sendable {
    /// The name of the data file in the store's directory.
    static let fileName = "roost.mdb"

    let pointer: OpaquePointer
    private(set) var mapSizeBytes: Int
    private let identity: OpenFiles.Identity?

    /// Opens or creates the file.
    ///
    /// When the address space cannot be had, half of it is tried, and so on.
    ///
    /// - Throws: `.inUse` when this process has the file open; that is found out before it is opened, because closing
    ///   it again would take its locks away.
    init(directory: String, options: StoreOptions) throws(StorageError) {
        let path = "\(directory)/\(Self.fileName)"
        let existing = try OpenFiles.add(path: path)
        var size = max(options.mapSizeBytes, StorageLimits.smallestMapSizeBytes)
        while true {
            do throws(StorageError) {
                unsafe pointer = unsafe try Self.open(path, mapSizeBytes: size, options)
                mapSizeBytes = size
                break
            } catch {
                guard error.underlyingCode == ENOMEM, size / 2 >= StorageLimits.smallestMapSizeBytes else {
                    OpenFiles.remove(existing)
                    throw error
                }
                size /= 2
            }
        }
        do throws(StorageError) {
            // A new file has an identity only now.
            identity = if let existing { existing } else { try OpenFiles.add(path: path) }
        } catch {
            unsafe mdb_env_close(pointer)
            throw error
        }
        forgetDeadReaders()
    }

    /// The file that pages are written to, for tests that let writing fail.
    var dataFile: Int32 {
        var file: Int32 = -1
        unsafe mdb_env_get_fd(pointer, &file)
        return file
    }

    /// Frees the slots of readers that died with their process; they would keep old pages alive for ever.
    func forgetDeadReaders() {
        var stale: Int32 = 0
        unsafe mdb_reader_check(pointer, &stale)
    }

    /// Closes the environment; every transaction must have ended.
    func close() {
        unsafe mdb_env_close(pointer)
        OpenFiles.remove(identity)
    }

    private static func open(
        _ path: String,
        mapSizeBytes: Int,
        _ options: StoreOptions
    ) throws(StorageError) -> OpaquePointer {
        let action = "opening \(path)"
        var created: OpaquePointer?
        try StorageError.check(unsafe mdb_env_create(&created), while: action)
        guard let environment = unsafe created else { throw .lmdb(ENOMEM, while: action) }
        // No transaction belongs to a thread (readers are pooled), and pages are read at random places, so the
        // system need not read ahead. Every commit is synced: none of LMDB's faster modes is used.
        let flags = UInt32(MDB_NOSUBDIR | MDB_NOTLS | MDB_NORDAHEAD)
        var code = unsafe mdb_env_set_maxdbs(environment, StorageLimits.engineTables)
        if code == MDB_SUCCESS { code = unsafe mdb_env_set_maxreaders(environment, StorageLimits.engineReaders) }
        if code == MDB_SUCCESS { code = unsafe mdb_env_set_mapsize(environment, mapSizeBytes) }
        if code == MDB_SUCCESS { code = unsafe mdb_env_open(environment, path, flags, 0o600) }
        guard code == MDB_SUCCESS else {
            unsafe mdb_env_close(environment)
            throw .lmdb(code, while: action)
        }
        return unsafe environment
    }

    /// Doubles the map.
    ///
    /// No transaction may be going on in this process.
    ///
    /// - Returns: Whether it grew; if not, it is as before.
    func grow(limit: Int) -> Bool {
        let (size, overflow) = mapSizeBytes.multipliedReportingOverflow(by: 2)
        guard !overflow, size <= limit, Self.isAddressSpaceFree(size) else { return false }
        guard unsafe mdb_env_set_mapsize(pointer, size) == MDB_SUCCESS else { return false }
        mapSizeBytes = size
        return true
    }

    /// LMDB gives up the old map before it asks for the new one and is useless when it does not get it, so this
    /// asks first.
    private static func isAddressSpaceFree(_ size: Int) -> Bool {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        guard let start = unsafe mmap(nil, size, PROT_NONE, flags, -1, 0), unsafe start != MAP_FAILED else {
            return false
        }
        unsafe munmap(start, size)
        return true
    }
}
