import CLMDB
import Glibc

/// A reader of a store's data file, in a process of its own beside the server that may have the store.
///
/// LMDB allows one writer and many readers, in as many processes, as long as all of them share its lock file: there
/// each reader notes which transaction it sees, and the writer uses no page again that this one may need. The store is
/// never opened with `MDB_NOLOCK`, so looking on is sound, and takes neither the directory's lock nor the writer's.
/// The price of a long look is that the file grows meanwhile; a reader that died is forgotten by the writer
/// (``LMDBEnvironment/forgetDeadReaders()``).
///
/// Isolation: one thread at a time. At most one for a file in a process, and none beside an open store.
@safe final class LMDBObserver {
    private let environment: OpaquePointer
    private let transaction: OpaquePointer
    private let identity: OpenFiles.Identity?

    init(directory: String) throws(StorageError) {
        let path = "\(directory)/\(LMDBEnvironment.fileName)"
        identity = try OpenFiles.add(path: path)
        do throws(StorageError) {
            unsafe (environment, transaction) = unsafe try Self.open(path)
        } catch {
            OpenFiles.remove(identity)
            throw error
        }
    }

    deinit {
        unsafe mdb_txn_abort(transaction)
        unsafe mdb_env_close(environment)
        OpenFiles.remove(identity)
    }

    /// The transaction whose pages are seen.
    var transactionNumber: UInt64 { unsafe UInt64(mdb_txn_id(transaction)) }

    /// Goes on to the newest transaction.
    func renew() throws(StorageError) {
        unsafe mdb_txn_reset(transaction)
        try StorageError.check(unsafe mdb_txn_renew(transaction), while: "beginning a read")
    }

    /// Writes a copy, where possible without free pages, to an empty file, of the newest transaction.
    func copy(to file: Int32) throws(StorageError) {
        var code = unsafe mdb_env_copyfd2(environment, file, UInt32(MDB_CP_COMPACT))
        if code == MDB_INCOMPATIBLE, ftruncate(file, 0) == 0, lseek(file, 0, SEEK_SET) == 0 {
            // There are pages that are neither used nor free, which LMDB cannot leave out; then all are copied.
            code = unsafe mdb_env_copyfd2(environment, file, 0)
        }
        try StorageError.check(code, while: "copying the store")
    }

    /// The transactions that readers see now, of all processes.
    func readers() throws(StorageError) -> [StoreReader] {
        let lines = LineList()
        let context = unsafe Unmanaged.passUnretained(lines).toOpaque()
        let code = unsafe mdb_reader_list(
            environment,
            { text, context in
                guard let text = unsafe text, let context = unsafe context else { return 0 }
                let lines = unsafe Unmanaged<LineList>.fromOpaque(context).takeUnretainedValue()
                lines.texts.append(unsafe String(cString: text))
                return 0
            },
            context
        )
        guard code >= 0 else { throw .lmdb(code, while: "listing the readers") }
        return lines.texts.compactMap(StoreReader.init(line:))
    }

    private final class LineList {
        var texts: [String] = []
    }

    /// Opens the file and begins to read.
    ///
    /// The map has room for as much as a store takes: the file grows while it is looked at, and copying begins a later
    /// transaction. It costs address space only; when that cannot be had, half of it is tried, and so on.
    private static func open(_ path: String) throws(StorageError) -> (OpaquePointer, OpaquePointer) {
        let action = "opening \(path)"
        var slack = StorageLimits.mapSizeBytes
        while true {
            var information = stat()
            guard unsafe stat(path, &information) == 0 else { throw .system(errno, action) }
            let environment: OpaquePointer
            do throws(StorageError) {
                unsafe environment = unsafe try open(path, mapSizeBytes: Int(information.st_size) + slack)
            } catch {
                guard error.underlyingCode == ENOMEM, slack > 64 << 20 else { throw error }
                slack /= 2
                continue
            }
            var transaction: OpaquePointer?
            let code = unsafe mdb_txn_begin(environment, nil, UInt32(MDB_RDONLY), &transaction)
            if code == MDB_SUCCESS, let transaction = unsafe transaction {
                return unsafe (environment, transaction)
            }
            unsafe mdb_env_close(environment)
            // The size is looked up again: to fail once more, the file must have grown by all of the room.
            guard code == MDB_MAP_RESIZED else { throw .lmdb(code, while: action) }
        }
    }

    private static func open(_ path: String, mapSizeBytes: Int) throws(StorageError) -> OpaquePointer {
        let action = "opening \(path)"
        var created: OpaquePointer?
        try StorageError.check(unsafe mdb_env_create(&created), while: action)
        guard let environment = unsafe created else { throw .lmdb(ENOMEM, while: action) }
        let flags = UInt32(MDB_RDONLY | MDB_NOSUBDIR | MDB_NOTLS | MDB_NORDAHEAD)
        // Who comes first makes the lock file, so it must have room for the server's readers.
        var code = unsafe mdb_env_set_maxreaders(environment, StorageLimits.engineReaders)
        let pageBytes = Int(sysconf(Int32(_SC_PAGESIZE)))
        let size = (mapSizeBytes + pageBytes - 1) / pageBytes * pageBytes
        if code == MDB_SUCCESS { code = unsafe mdb_env_set_mapsize(environment, size) }
        if code == MDB_SUCCESS { code = unsafe mdb_env_open(environment, path, flags, 0o600) }
        guard code == MDB_SUCCESS else {
            unsafe mdb_env_close(environment)
            throw .lmdb(code, while: action)
        }
        return unsafe environment
    }
}
