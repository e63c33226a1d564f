import CSQLite
import Glibc

/// The one file of a connection, as its VFS shows it to SQLite: the pages of the page store, one after the other.
///
/// It also carries the connection's clock and randomness, because SQLite asks the VFS for them. What the page store
/// throws is kept for the error that SQLite's result code becomes.
@safe final class SQLFile {
    private let pages: any SQLPageStore
    /// The wall clock, in milliseconds since 1970.
    let now: @Sendable () -> Int64
    /// The next 64 random bits.
    let random: @Sendable () -> UInt64
    private var failure: StorageError?
    /// Once the connection is given up nothing may reach the page store any more.
    var isDiscarded = false

    init(pages: any SQLPageStore, now: @escaping @Sendable () -> Int64, random: @escaping @Sendable () -> UInt64) {
        self.pages = pages
        self.now = now
        self.random = random
    }

    /// The size that SQLite sees, in bytes.
    var size: Int64 { isDiscarded ? 0 : Int64(pages.pageCount) * Int64(SQLPage.bytes) }

    /// What the page store threw since the last call.
    func takeFailure() -> StorageError? {
        defer { failure = nil }
        return failure
    }

    /// Reads a page or, of the first one, its header.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) -> Int32 {
        let start = Int(offset % Int64(SQLPage.bytes))
        guard start + buffer.count <= SQLPage.bytes else { return SQLResult.readFailed }
        // A connection that is given up may be closed by another thread, for which the page store is out of bounds.
        guard !isDiscarded, offset < size else {
            unsafe buffer.initializeMemory(as: UInt8.self, repeating: 0)
            return SQLResult.shortRead
        }
        var count = 0
        do throws(StorageError) {
            _ = try pages.showPage(Self.number(at: offset)) { page in
                count = max(0, min(page.byteCount - start, buffer.count))
                unsafe page.withUnsafeBytes { bytes in
                    let part = unsafe bytes[min(start, bytes.count)...].prefix(count)
                    unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
                        .copyMemory(from: UnsafeRawBufferPointer(rebasing: part))
                }
            }
        } catch {
            failure = error
            return error.code == .corruption ? SQLResult.dataDamaged : SQLResult.readFailed
        }
        unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
            .initializeMemory(as: UInt8.self, repeating: 0)
        return SQLITE_OK
    }

    /// Writes a whole page: without a file system underneath SQLite has no reason to write less.
    func write(_ buffer: UnsafeRawBufferPointer, at offset: Int64) -> Int32 {
        guard !isDiscarded else { return SQLITE_OK }
        guard buffer.count == SQLPage.bytes, offset % Int64(SQLPage.bytes) == 0 else {
            return SQLResult.writeFailed
        }
        var count = SQLPage.storedBytes
        while count > 0, unsafe buffer[count - 1] == 0 { count -= 1 }
        let number = Self.number(at: offset)
        return attempt(SQLResult.writeFailed) { () throws(StorageError) in
            try pages.setPage(number, unsafe Array(buffer[..<count]))
            if number > pages.pageCount { try pages.setPageCount(number) }
        }
    }

    /// Cuts the file off after so many bytes.
    func truncate(to size: Int64) -> Int32 {
        guard !isDiscarded else { return SQLITE_OK }
        let count = UInt32(clamping: size / Int64(SQLPage.bytes))
        return attempt(SQLResult.truncateFailed) { () throws(StorageError) in
            var last = pages.pageCount
            guard count < last else { return }
            while last > count {
                try pages.setPage(last, nil)
                last -= 1
            }
            try pages.setPageCount(count)
        }
    }

    private func attempt(_ code: Int32, _ body: () throws(StorageError) -> Void) -> Int32 {
        do throws(StorageError) {
            try body()
            return SQLITE_OK
        } catch {
            failure = error
            return code
        }
    }

    private static func number(at offset: Int64) -> UInt32 {
        UInt32(clamping: offset / Int64(SQLPage.bytes) + 1)
    }
}

/// Extended result codes, which the header computes in a way that Swift does not see.
enum SQLResult {
    static let readFailed = SQLITE_IOERR | 1 << 8
    static let shortRead = SQLITE_IOERR | 2 << 8
    static let writeFailed = SQLITE_IOERR | 3 << 8
    static let truncateFailed = SQLITE_IOERR | 6 << 8
    static let dataDamaged = SQLITE_IOERR | 32 << 8
}
