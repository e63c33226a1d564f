import Glibc

/// Whose SQLite call runs on this thread.
///
/// One VFS serves every connection, and SQLite asks it for the time and for the file to open without saying for
/// which connection. Calls are synchronous, so the thread knows.
enum SQLThread {
    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        let code = unsafe pthread_key_create(&key, nil)
        precondition(code == 0, "The process has used up its thread-specific keys.")
        return key
    }()

    /// The file of the connection that is being used.
    static var file: SQLFile? {
        guard let pointer = unsafe pthread_getspecific(key) else { return nil }
        return unsafe Unmanaged<SQLFile>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// Runs a call into SQLite on behalf of the connection with this file.
    static func use(_ file: SQLFile, _ body: () -> Int32) -> Int32 {
        // A page store may itself be reading through another connection, so what was there comes back.
        let outer = unsafe pthread_getspecific(key)
        unsafe pthread_setspecific(key, Unmanaged.passUnretained(file).toOpaque())
        defer { unsafe pthread_setspecific(key, outer) }
        return body()
    }
}
