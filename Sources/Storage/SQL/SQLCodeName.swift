import CSQLite

/// The names of SQLite's result codes, which it does not tell itself.
enum SQLCodeName {
    /// The name of a code without its extension.
    static func primary(_ code: Int32) -> String {
        let index = Int(code & 0xFF)
        return index < primaries.count ? "SQLITE_\(primaries[index])" : "SQLITE_\(index)"
    }

    /// The name of an extended code; `nil` when the code has no extension.
    static func extended(_ code: Int32) -> String? {
        let extensionNumber = Int(code >> 8)
        guard extensionNumber > 0 else { return nil }
        let names = extensions[code & 0xFF] ?? []
        let name = extensionNumber <= names.count ? names[extensionNumber - 1] : "\(extensionNumber)"
        return "\(primary(code))_\(name)"
    }

    /// The place in the list is the code.
    private static let primaries = [
        "OK", "ERROR", "INTERNAL", "PERM", "ABORT", "BUSY", "LOCKED", "NOMEM", "READONLY", "INTERRUPT", "IOERR",
        "CORRUPT", "NOTFOUND", "FULL", "CANTOPEN", "PROTOCOL", "EMPTY", "SCHEMA", "TOOBIG", "CONSTRAINT", "MISMATCH",
        "MISUSE", "NOLFS", "AUTH", "FORMAT", "RANGE", "NOTADB",
    ]

    /// The place in the list is the number of the extension, counted from one.
    private static let extensions: [Int32: [String]] = [
        SQLITE_ERROR: ["MISSING_COLLSEQ", "RETRY", "SNAPSHOT"],
        SQLITE_ABORT: ["1", "ROLLBACK"],
        SQLITE_BUSY: ["RECOVERY", "SNAPSHOT", "TIMEOUT"],
        SQLITE_LOCKED: ["SHAREDCACHE", "VTAB"],
        SQLITE_READONLY: ["RECOVERY", "CANTLOCK", "ROLLBACK", "DBMOVED", "CANTINIT", "DIRECTORY"],
        SQLITE_IOERR: [
            "READ", "SHORT_READ", "WRITE", "FSYNC", "DIR_FSYNC", "TRUNCATE", "FSTAT", "UNLOCK", "RDLOCK", "DELETE",
            "BLOCKED", "NOMEM", "ACCESS", "CHECKRESERVEDLOCK", "LOCK", "CLOSE", "DIR_CLOSE", "SHMOPEN", "SHMSIZE",
            "SHMLOCK", "SHMMAP", "SEEK", "DELETE_NOENT", "MMAP", "GETTEMPPATH", "CONVPATH", "VNODE", "AUTH",
            "BEGIN_ATOMIC", "COMMIT_ATOMIC", "ROLLBACK_ATOMIC", "DATA", "CORRUPTFS",
        ],
        SQLITE_CORRUPT: ["VTAB", "SEQUENCE", "INDEX"],
        SQLITE_CANTOPEN: ["NOTEMPDIR", "ISDIR", "FULLPATH", "CONVPATH", "DIRTYWAL", "SYMLINK"],
        SQLITE_CONSTRAINT: [
            "CHECK", "COMMITHOOK", "FOREIGNKEY", "FUNCTION", "NOTNULL", "PRIMARYKEY", "TRIGGER", "UNIQUE", "VTAB",
            "ROWID", "PINNED", "DATATYPE",
        ],
        SQLITE_AUTH: ["USER"],
    ]
}
