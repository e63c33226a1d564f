import Glibc

/// The directory of a store on disk.
enum StoreDirectory {
    /// Files that may be there before the store is.
    private static let harmless: Set<String> = [
        ".", "..", "lost+found", DirectoryLock.fileName, "\(LMDBEnvironment.fileName)-lock",
    ]

    /// Makes the directory if it is missing, and refuses one that belongs to something else.
    static func prepare(_ directory: String) throws(StorageError) {
        try create(directory)
        let names = try list(directory)
        guard !names.contains(LMDBEnvironment.fileName) else { return }
        if let foreign = names.filter({ !harmless.contains($0) }).min() {
            throw StorageError(
                .foreignDirectory,
                "\(directory) holds “\(foreign)” and no store; choose an empty or missing directory."
            )
        }
    }

    /// Makes the entries of the directory durable; without it a new file could be missing after a power failure.
    static func sync(_ directory: String) {
        let file = unsafe Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { return }
        fsync(file)
        Glibc.close(file)
    }

    /// Whether so little space is left that writing may have failed for that reason.
    static func isFull(_ directory: String) -> Bool {
        var information = statvfs()
        guard unsafe statvfs(directory, &information) == 0 else { return false }
        return UInt64(information.f_bavail) * UInt64(information.f_frsize) < StorageLimits.fullDiskBytes
    }

    private static func create(_ directory: String) throws(StorageError) {
        guard unsafe mkdir(directory, 0o700) != 0 else { return }
        switch errno {
        case EEXIST:
            return
        case ENOENT:
            // The parent is missing. Every round is shorter by one component, so this ends.
            guard let slash = directory.lastIndex(of: "/"), slash > directory.startIndex else {
                throw .system(ENOENT, "creating the directory \(directory)")
            }
            try create(String(directory[..<slash]))
            guard unsafe mkdir(directory, 0o700) != 0, errno != EEXIST else { return }
            throw .system(errno, "creating the directory \(directory)")
        default:
            throw .system(errno, "creating the directory \(directory)")
        }
    }

    private static func list(_ directory: String) throws(StorageError) -> [String] {
        guard let stream = unsafe opendir(directory) else { throw .system(errno, "opening the directory \(directory)") }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            names.append(
                unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
                    unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
            )
        }
        return names
    }
}

extension StorageError {
    /// An error number of the system.
    static func system(_ code: Int32, _ action: String) -> StorageError {
        let kind: Code =
            switch code {
            case EACCES, EPERM, EROFS: .readOnly
            case ENOSPC, EDQUOT: .diskFull
            default: .io
            }
        let reason = unsafe String(cString: strerror(code))
        let advice = kind == .readOnly ? "check its owner and permissions" : "check the path and the device"
        return StorageError(kind, "While \(action) the system said “\(reason)”; \(advice).", underlyingCode: code)
    }
}
