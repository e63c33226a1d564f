import Glibc
import Synchronization

/// The data files that this process has open through LMDB.
///
/// LMDB's locks belong to the process, not to whoever opened the file, so that closing one of two environments of one
/// file would take the locks from the other. Therefore there is one at most.
enum OpenFiles {
    /// A file, by whatever path it is reached.
    struct Identity: Hashable, Sendable {
        let device: UInt64
        let inode: UInt64

        init?(path: String) {
            var information = stat()
            guard unsafe stat(path, &information) == 0 else { return nil }
            device = UInt64(information.st_dev)
            inode = UInt64(information.st_ino)
        }
    }

    private static let identities = Mutex<Set<Identity>>([])

    /// Notes that a file is going to be opened; gives `nil` for a file that is not there.
    static func add(path: String) throws(StorageError) -> Identity? {
        guard let identity = Identity(path: path) else { return nil }
        guard identities.withLock({ $0.insert(identity).inserted }) else {
            throw StorageError(
                .inUse,
                "This process has \(path) open already; close that store first, or ask another process to look."
            )
        }
        return identity
    }

    static func remove(_ identity: Identity?) {
        guard let identity else { return }
        identities.withLock { _ = $0.remove(identity) }
    }
}
