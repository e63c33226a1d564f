import Glibc

/// The right to use a store's directory, held by one process at a time.
///
/// LMDB alone would let two processes write in turns, and there would be two instances of an object (invariant 1).
/// The lock is the system's: it ends with the process however that ends. The file stays and means nothing without it.
final class DirectoryLock: Sendable {
    static let fileName = "roost.lock"

    private let file: Int32

    init(directory: String) throws(StorageError) {
        let path = "\(directory)/\(Self.fileName)"
        file = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .system(errno, "opening \(path)") }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            let owner = Self.readOwner(file)
            Glibc.close(file)
            guard code == EWOULDBLOCK else { throw .system(code, "locking \(path)") }
            throw StorageError(
                .inUse,
                "The store in \(directory) is in use by process \(owner); stop that process or choose another directory.",
                underlyingCode: code
            )
        }
        Self.writeOwner(file)
    }

    /// Lets go.
    ///
    /// Explicitly: a child process that is just being started has a copy of the file, and closing ours alone would
    /// leave the lock with it until it runs its own program.
    func release() {
        flock(file, LOCK_UN)
        Glibc.close(file)
    }

    private static func writeOwner(_ file: Int32) {
        // The number is for people to read; failing to write it does not weaken the lock.
        let text = Array("\(getpid())\n".utf8)
        ftruncate(file, 0)
        _ = unsafe text.withUnsafeBytes { unsafe pwrite(file, $0.baseAddress, $0.count, 0) }
    }

    private static func readOwner(_ file: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(file, $0.baseAddress, $0.count, 0) }
        let digits = bytes.prefix(max(0, count)).prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        return digits.isEmpty ? "unknown" : String(decoding: digits, as: UTF8.self)
    }
}
