import CSQLite

/// What SQLite calls back while a statement is compiled or runs.
extension SQLConnection {
    static func authorize(
        _ owner: UnsafeMutableRawPointer?,
        _ action: Int32,
        _ first: UnsafePointer<CChar>?,
        _ second: UnsafePointer<CChar>?,
        _ database: UnsafePointer<CChar>?,
        _ trigger: UnsafePointer<CChar>?
    ) -> Int32 {
        guard let owner = unsafe owner else { return SQLITE_DENY }
        let connection = unsafe Unmanaged<SQLConnection>.fromOpaque(owner).takeUnretainedValue()
        if connection.authorizer.isInternal { return SQLITE_OK }
        let isAllowed = unsafe connection.authorizer.allows(
            action,
            first.map { unsafe String(cString: $0) },
            second.map { unsafe String(cString: $0) },
            database: database.map { unsafe String(cString: $0) },
            trigger: trigger.map { unsafe String(cString: $0) }
        )
        return isAllowed ? SQLITE_OK : SQLITE_DENY
    }

    static func progress(_ owner: UnsafeMutableRawPointer?) -> Int32 {
        guard let owner = unsafe owner else { return 1 }
        let connection = unsafe Unmanaged<SQLConnection>.fromOpaque(owner).takeUnretainedValue()
        let mayGoOn = connection.watch.allowsMore(
            cacheBytes: connection.memoryBytes(SQLITE_DBSTATUS_CACHE_USED),
            processBytes: Int(sqlite3_memory_used())
        )
        return mayGoOn ? 0 : 1
    }

    /// One of SQLite's counts of the connection's memory.
    func memoryBytes(_ kind: Int32) -> Int {
        guard let handle = unsafe handle else { return 0 }
        var current: Int32 = 0
        var highest: Int32 = 0
        guard unsafe sqlite3_db_status(handle, kind, &current, &highest, 0) == SQLITE_OK else { return 0 }
        return Int(current)
    }

    /// Throws when the turn has changed as much as it may.
    ///
    /// SQLite calls back only during long statements, so many short ones are stopped here. What was changed before
    /// can still be committed.
    func requireMemory() throws(SQLError) {
        guard memoryBytes(SQLITE_DBSTATUS_CACHE_USED) > limits.memoryBytes else { return }
        releaseMemory()
        guard memoryBytes(SQLITE_DBSTATUS_CACHE_USED) <= limits.memoryBytes else { throw .outOfMemory }
    }

    /// Gives back the memory of pages that are not changed and not in use.
    func releaseMemory() {
        guard let handle = unsafe handle else { return }
        unsafe sqlite3_db_release_memory(handle)
    }
}
