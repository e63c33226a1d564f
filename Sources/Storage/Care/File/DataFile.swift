import Glibc

/// The data file of a store, read by position and never through the memory map.
///
/// A page that is not there, or that the device cannot give, is an error here; through a map it is a signal that ends
/// the process. Isolation: any thread.
final class DataFile: Sendable {
    let path: String
    private let file: Int32

    convenience init(directory: String) throws(StorageError) {
        try self.init(path: "\(directory)/\(LMDBEnvironment.fileName)")
    }

    init(path: String) throws(StorageError) {
        self.path = path
        file = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            guard errno == ENOENT else { throw .system(errno, "opening \(path)") }
            throw StorageError(.notFound, "There is no store: \(path) does not exist; name the directory of a store.")
        }
    }

    deinit {
        Glibc.close(file)
    }

    /// The size of the file now, in bytes.
    func byteCount() throws(StorageError) -> Int {
        var information = stat()
        guard unsafe fstat(file, &information) == 0 else { throw .system(errno, "looking at \(path)") }
        return Int(information.st_size)
    }

    /// Reads so many bytes, or fewer where the file ends.
    func read(_ count: Int, at offset: Int) throws(StorageError) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            while done < count, let start = buffer.baseAddress {
                let got = unsafe pread(file, start + done, count - done, off_t(offset + done))
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = errno }
                if got <= 0 { break }
                done += got
            }
        }
        guard failure == 0 else { throw .system(failure, "reading \(path)") }
        return bytes
    }
}
