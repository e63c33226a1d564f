import Glibc

/// A data file that is being written beside where it will be, and is nothing until it is whole.
///
/// Its name does not count as a store's. Unless it was put in place it is removed at the end; what a process leaves
/// that is killed, the next one removes that has the directory's lock.
final class NewDataFile {
    let path: String
    private let directory: String
    private let file: Int32
    private var isInPlace = false

    /// Begins a file in a directory whose lock is held.
    init(in directory: String) throws(StorageError) {
        self.directory = directory
        path = "\(directory)/\(StoreDirectory.unfinishedName)"
        StoreDirectory.removeLeftovers(directory)
        file = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .system(errno, "creating \(path)") }
    }

    deinit {
        Glibc.close(file)
        if !isInPlace { unsafe unlink(path) }
    }

    /// Writes the copy and makes it durable.
    func write(_ source: LMDBObserver) throws(StorageError) {
        try source.copy(to: file)
        guard fsync(file) == 0 else { throw .system(errno, "syncing \(path)") }
    }

    /// Gives the file the owner and the permissions of another one.
    func resemble(_ other: String) throws(StorageError) {
        var information = stat()
        guard
            unsafe stat(other, &information) == 0,
            fchown(file, information.st_uid, information.st_gid) == 0,
            fchmod(file, information.st_mode & 0o777) == 0
        else { throw .system(errno, "giving \(path) the owner of \(other)") }
    }

    /// Gives the file its name, which nothing may have, durably.
    func putInPlace() throws(StorageError) {
        let target = "\(directory)/\(LMDBEnvironment.fileName)"
        // Unlike renaming, linking replaces nothing.
        guard unsafe link(path, target) == 0 else { throw .system(errno, "naming the new file \(target)") }
        isInPlace = true
        unsafe unlink(path)
        StoreDirectory.sync(directory)
    }

    /// Gives the file the name of another one, which it replaces in one step, durably.
    func replaceOld() throws(StorageError) {
        let target = "\(directory)/\(LMDBEnvironment.fileName)"
        guard unsafe rename(path, target) == 0 else { throw .system(errno, "replacing \(target)") }
        isInPlace = true
        StoreDirectory.sync(directory)
    }
}
