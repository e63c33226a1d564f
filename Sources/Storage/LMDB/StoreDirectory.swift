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

    /// What a new data file is called until it is whole.
    static let unfinishedName = "\(LMDBEnvironment.fileName).new"

    /// Removes a data file that was never finished, because its process ended.
    ///
    /// The directory's lock must be held.
    static func removeLeftovers(_ directory: String) {
        unsafe unlink("\(directory)/\(unfinishedName)")
    }

    /// Makes a directory for a new store, and refuses one that holds anything.
    ///
    /// - Returns: Whether it was made; if not, it was there and empty.
    static func prepareNew(_ directory: String) throws(StorageError) -> Bool {
        let existed = unsafe access(directory, F_OK) == 0
        try create(directory)
        let harmless = harmless.union([unfinishedName])
        if let present = try list(directory).filter({ !harmless.contains($0) }).min() {
            let what = present == LMDBEnvironment.fileName ? "a store" : "“\(present)”"
            throw StorageError(
                .foreignDirectory,
                "\(directory) holds \(what) already; choose an empty or missing directory."
            )
        }
        return !existed
    }

    /// Makes the entries of the directory durable; without it a new file could be missing after a power failure.
    static func sync(_ directory: String) {
        let file = unsafe Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { return }
        fsync(file)
        Glibc.close(file)
    }

    /// Whether so little space is left that writing may have failed for that reason, or the process may not make the
    /// file any larger.
    static func isFull(_ directory: String) -> Bool {
        if hasReachedLimit("\(directory)/\(LMDBEnvironment.fileName)") { return true }
        var information = statvfs()
        guard unsafe statvfs(directory, &information) == 0 else { return false }
        return UInt64(information.f_bavail) * UInt64(information.f_frsize) < StorageLimits.fullDiskBytes
    }

    private static func hasReachedLimit(_ path: String) -> Bool {
        var information = stat()
        var limit = rlimit()
        guard
            unsafe stat(path, &information) == 0,
            unsafe getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0
        else { return false }
        // A write that crosses the limit writes up to it.
        return UInt64(information.st_size) >= limit.rlim_cur
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
            case ENOSPC, EDQUOT, EFBIG: .diskFull
            default: .io
            }
        let reason = unsafe String(cString: strerror(code))
        let advice = kind == .readOnly ? "check its owner and permissions" : "check the path and the device"
        return StorageError(kind, "While \(action) the system said “\(reason)”; \(advice).", underlyingCode: code)
    }
}
