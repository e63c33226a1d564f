import CSQLite

extension SQLConnection {
    /// Makes the connection what the store needs and what is safe for statements that nobody has looked at.
    ///
    /// The order matters: the reserved bytes are settled before the first page exists, and the authorizer comes last
    /// because it would refuse our own pragmas.
    func configure() throws(SQLError) {
        guard let handle = unsafe handle else { throw .databaseDeleted }
        try unsafe reserveBytes(handle)
        try unsafe configureFlags(handle)
        unsafe configureLimits(handle)
        try check(unsafe SQLFunctions.install(in: handle, file: file))
        try unsafe dropModules(handle)
        let owner = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe sqlite3_progress_handler(handle, watch.interval, { unsafe SQLConnection.progress($0) }, owner)
        try unsafe configurePragmas(handle)
        try check(
            unsafe sqlite3_set_authorizer(
                handle,
                { unsafe SQLConnection.authorize($0, $1, $2, $3, $4, $5) },
                owner
            )
        )
    }

    private func reserveBytes(_ handle: OpaquePointer) throws(SQLError) {
        var count = Int32(SQLPage.reservedBytes)
        try check(unsafe sqlite3_file_control(handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &count))
    }

    private func configureFlags(_ handle: OpaquePointer) throws(SQLError) {
        let flags: [(Int32, Int32)] = [
            (SQLITE_DBCONFIG_DEFENSIVE, 1),
            (SQLITE_DBCONFIG_ENABLE_FKEY, 1),
            (SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0),
            // `SELECT "text"` gives the text, as at the origin.
            (SQLITE_DBCONFIG_DQS_DML, 1),
            (SQLITE_DBCONFIG_DQS_DDL, 1),
        ]
        for (flag, value) in flags {
            try check(unsafe roost_sqlite3_db_config_flag(handle, flag, value))
        }
    }

    private func configureLimits(_ handle: OpaquePointer) {
        let values: [(Int32, Int)] = [
            (SQLITE_LIMIT_LENGTH, limits.valueBytes),
            (SQLITE_LIMIT_SQL_LENGTH, limits.statementBytes),
            (SQLITE_LIMIT_COLUMN, limits.columns),
            (SQLITE_LIMIT_EXPR_DEPTH, limits.expressionDepth),
            (SQLITE_LIMIT_COMPOUND_SELECT, limits.compoundTerms),
            (SQLITE_LIMIT_VDBE_OP, limits.instructions),
            (SQLITE_LIMIT_FUNCTION_ARG, limits.functionArguments),
            (SQLITE_LIMIT_ATTACHED, 0),
            (SQLITE_LIMIT_LIKE_PATTERN_LENGTH, limits.patternBytes),
            (SQLITE_LIMIT_VARIABLE_NUMBER, limits.parameters),
            (SQLITE_LIMIT_TRIGGER_DEPTH, limits.triggerDepth),
            (SQLITE_LIMIT_WORKER_THREADS, 0),
        ]
        for (limit, value) in values { unsafe sqlite3_limit(handle, limit, Int32(clamping: value)) }
    }

    private func dropModules(_ handle: OpaquePointer) throws(SQLError) {
        var code = SQLITE_OK
        unsafe SQLModuleList.pointers.withUnsafeBufferPointer { names in
            // SQLite declares the list without `const`, and only reads it.
            let list = unsafe UnsafeMutablePointer(mutating: names.baseAddress)
            code = unsafe sqlite3_drop_modules(handle, list)
        }
        try check(code)
    }

    private func configurePragmas(_ handle: OpaquePointer) throws(SQLError) {
        // Nobody else has the file, the journal serves `ROLLBACK` alone, and pages must not reach the page store
        // before the end of the turn: atomicity and durability are the batch's.
        let pragmas = """
            PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;
            PRAGMA temp_store=MEMORY; PRAGMA cache_spill=OFF; PRAGMA cache_size=-\(max(1, limits.cacheBytes >> 10));
            PRAGMA max_page_count=\(limits.databasePages);
            """
        watch.begin()
        try check(SQLThread.use(file) { unsafe sqlite3_exec(handle, pragmas, nil, nil, nil) })
    }
}

/// The names that `sqlite3_drop_modules` takes, made once and kept for ever.
private enum SQLModuleList {
    nonisolated(unsafe) static let pointers: [UnsafePointer<CChar>?] =
        unsafe SQLAllowedNames.keptModules.map { unsafe UnsafePointer(copy($0)) } + [nil]

    private static func copy(_ name: String) -> UnsafeMutablePointer<CChar> {
        let characters = name.utf8CString
        let result = UnsafeMutablePointer<CChar>.allocate(capacity: characters.count)
        for (index, character) in characters.enumerated() {
            unsafe (result + index).initialize(to: character)
        }
        return unsafe result
    }
}
