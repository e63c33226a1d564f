import CLMDB
import Glibc

extension StorageError {
    /// Turns the answer of LMDB, or the system's error number it passed on, into an error.
    static func lmdb(_ code: Int32, while action: String) -> StorageError {
        let (kind, advice): (Code, String) =
            switch code {
            case MDB_MAP_FULL: (.mapFull, "the map cannot grow; raise `largestMapSizeBytes` or delete data")
            case MDB_TXN_FULL: (.tooLarge, "it changes more pages than fit into one transaction; commit less at once")
            case MDB_READERS_FULL: (.overloaded, "every reader slot is taken; end other programs that read the store")
            case MDB_CORRUPTED, MDB_PAGE_NOTFOUND, MDB_INVALID:
                (.corruption, "the file is damaged; restore it from a backup")
            case MDB_VERSION_MISMATCH: (.newerFormat, "the file belongs to another version of LMDB; use that one")
            case MDB_BAD_VALSIZE: (.invalid, "a key has a length that LMDB does not take")
            case ENOSPC, EDQUOT, EFBIG: (.diskFull, "the disk is full; free some space")
            case EACCES, EPERM, EROFS: (.readOnly, "the files may not be written; check their owner and permissions")
            default: (.io, "check the device and the system's log")
            }
        let reason = unsafe String(cString: mdb_strerror(code))
        return StorageError(kind, "While \(action) LMDB said “\(reason)”: \(advice).", underlyingCode: code)
    }

    static func check(_ code: Int32, while action: @autoclosure () -> String) throws(StorageError) {
        guard code == MDB_SUCCESS else { throw lmdb(code, while: action()) }
    }

    /// Whether a failed transaction with this error leaves the store able to commit others.
    var isOrdinary: Bool {
        switch code {
        case .diskFull, .mapFull, .tooLarge, .overloaded: true
        default: false
        }
    }
}
