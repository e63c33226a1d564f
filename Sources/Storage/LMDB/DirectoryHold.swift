import Glibc

/// Keeps the files of a store from being replaced while somebody looks into them.
///
/// Those who only look share it; who replaces the data file must have it alone, beside the ``DirectoryLock``. LMDB
/// keeps the readers of a file and its last transaction in a lock file of the same name, so a reader of the replaced
/// file would tell lies to the writer of the new one. It is the system's lock on the directory itself: it needs no
/// right to write, and it ends with the process.
final class DirectoryHold: Sendable {
    enum Kind {
        case shared
        case exclusive
    }

    private let file: Int32

    init(_ directory: String, _ kind: Kind) throws(StorageError) {
        file = unsafe Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else {
            guard errno == ENOENT else { throw .system(errno, "opening the directory \(directory)") }
            throw StorageError(.notFound, "There is no directory \(directory); name the directory of a store.")
        }
        guard flock(file, (kind == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 else {
            let code = errno
            Glibc.close(file)
            guard code == EWOULDBLOCK else { throw .system(code, "locking the directory \(directory)") }
            let (who, what) =
                kind == .shared
                ? ("is being compacted", "try again when that is done") : ("is being read", "let that end")
            throw StorageError(.inUse, "The store in \(directory) \(who) by another process; \(what).")
        }
    }

    deinit {
        flock(file, LOCK_UN)
        Glibc.close(file)
    }
}
