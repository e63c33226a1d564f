import CSQLite

/// The functions that replace SQLite's own, because those draw from a generator that the whole process shares.
enum SQLFunctions {
    /// Gives a connection `random()` and `randomblob(n)` that draw from its own source.
    ///
    /// - Returns: SQLite's result code.
    static func install(in database: OpaquePointer, file: SQLFile) -> Int32 {
        let owner = unsafe Unmanaged.passUnretained(file).toOpaque()
        // Innocuous functions may stand in views, triggers and default values, as those that they replace.
        let flags = SQLITE_UTF8 | SQLITE_INNOCUOUS
        let code = unsafe sqlite3_create_function_v2(
            database,
            "random",
            0,
            flags,
            owner,
            { context, _, _ in unsafe SQLFunctions.random(context) },
            nil,
            nil,
            nil
        )
        guard code == SQLITE_OK else { return code }
        return unsafe sqlite3_create_function_v2(
            database,
            "randomblob",
            1,
            flags,
            owner,
            { context, _, arguments in unsafe SQLFunctions.randomBlob(context, arguments) },
            nil,
            nil,
            nil
        )
    }

    private static func random(_ context: OpaquePointer?) {
        guard let file = unsafe file(of: context) else { return unsafe sqlite3_result_null(context) }
        // SQLite never gives the smallest number, of which abs() would fail.
        let number = Int64(bitPattern: file.random())
        unsafe sqlite3_result_int64(context, number == .min ? .max : number)
    }

    private static func randomBlob(
        _ context: OpaquePointer?,
        _ arguments: UnsafeMutablePointer<OpaquePointer?>?
    ) {
        guard let file = unsafe file(of: context), let argument = unsafe arguments?[0] else {
            return unsafe sqlite3_result_null(context)
        }
        let count = max(1, unsafe sqlite3_value_int64(argument))
        let limit = unsafe sqlite3_limit(sqlite3_context_db_handle(context), SQLITE_LIMIT_LENGTH, -1)
        guard count <= Int64(limit) else { return unsafe sqlite3_result_error_toobig(context) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(count) + 8)
        while bytes.count < Int(count) { bytes.append(littleEndian: file.random()) }
        unsafe bytes.withUnsafeBytes { unsafe roost_sqlite3_result_blob(context, $0.baseAddress, UInt64(count)) }
    }

    private static func file(of context: OpaquePointer?) -> SQLFile? {
        guard let owner = unsafe sqlite3_user_data(context) else { return nil }
        return unsafe Unmanaged<SQLFile>.fromOpaque(owner).takeUnretainedValue()
    }
}
