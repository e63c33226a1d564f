import CSQLite

/// Decides what a statement of the application may do, while SQLite compiles it.
///
/// Everything that is not named here is refused. The store's own statements are marked as internal and may do
/// everything. On the way the authorizer notes what the database needs to know of the statement.
struct SQLAuthorizer {
    /// What is known of a statement once it is compiled.
    struct Notes {
        /// It contains a `PRAGMA`, some of which act while they are compiled.
        var hasPragma = false
        /// It changes a setting that goes away with the connection.
        var changesConnection = false
        /// It changes a table's definition.
        var altersTable = false
        /// It deletes or updates rows, which it therefore reads.
        var readsWhatItChanges = false
    }

    /// Whether the statement is the store's own.
    private(set) var isInternal = false
    /// What the statement being compiled does.
    private(set) var notes = Notes()
    /// The text of the error, where SQLite's own would not help.
    private(set) var refusal: String?

    /// Prepares for the compilation of a statement.
    mutating func begin(isInternal: Bool) {
        self.isInternal = isInternal
        notes = Notes()
        refusal = nil
    }

    /// Decides about one action; which of the names an action has is in SQLite's documentation of the action codes.
    mutating func allows(
        _ action: Int32,
        _ first: String?,
        _ second: String?,
        database: String?,
        trigger: String?
    ) -> Bool {
        if isInternal { return true }
        if let trigger, SQLReservedNames.contain(trigger) { return false }
        // For this action the name of a column stands where that of the database does for others.
        if let database, database != "main", action != SQLITE_ALTER_TABLE {
            return database == "temp" && Self.allowsTemporary(action, first)
        }
        note(action, inTrigger: trigger != nil)
        switch action {
        case SQLITE_SELECT, SQLITE_RECURSIVE, SQLITE_ANALYZE:
            return true
        case SQLITE_READ, SQLITE_INSERT, SQLITE_UPDATE, SQLITE_DELETE, SQLITE_CREATE_TABLE, SQLITE_DROP_TABLE,
            SQLITE_CREATE_VIEW, SQLITE_DROP_VIEW, SQLITE_REINDEX:
            return Self.isFree(first)
        case SQLITE_CREATE_INDEX, SQLITE_DROP_INDEX, SQLITE_CREATE_TRIGGER, SQLITE_DROP_TRIGGER:
            return Self.isFree(first) && Self.isFree(second)
        case SQLITE_ALTER_TABLE:
            return first == "main" && Self.isFree(second)
        case SQLITE_CREATE_VTABLE, SQLITE_DROP_VTABLE:
            return Self.isFree(first) && SQLAllowedNames.modules.contains((second ?? "").lowercased())
        case SQLITE_FUNCTION:
            return SQLAllowedNames.functions.contains(second ?? "")
        case SQLITE_PRAGMA:
            notes.changesConnection = notes.changesConnection || SQLPragmas.changeConnection(first ?? "", second)
            return SQLPragmas.allow(first ?? "", argument: second)
        case SQLITE_TRANSACTION, SQLITE_SAVEPOINT:
            refusal = Self.useTransactions
            return false
        default:
            return false
        }
    }

    private mutating func note(_ action: Int32, inTrigger: Bool) {
        switch action {
        case SQLITE_ALTER_TABLE: notes.altersTable = true
        case SQLITE_PRAGMA: notes.hasPragma = true
        case SQLITE_UPDATE, SQLITE_DELETE: notes.readsWhatItChanges = notes.readsWhatItChanges || !inTrigger
        default: break
        }
    }

    /// `ALTER TABLE` looks for references in temporary views and triggers, although there can be none.
    private static func allowsTemporary(_ action: Int32, _ table: String?) -> Bool {
        (action == SQLITE_READ || action == SQLITE_UPDATE) && isFree(table)
    }

    private static func isFree(_ name: String?) -> Bool {
        guard let name else { return true }
        return !SQLReservedNames.contain(name)
    }

    /// The origin's text, so that what people search for leads them to the answer.
    private static let useTransactions = """
        To execute a transaction, please use the state.storage.transaction() or state.storage.transactionSync() APIs \
        instead of the SQL BEGIN TRANSACTION or SAVEPOINT statements. The JavaScript API is safer because it will \
        automatically roll back on exceptions, and because it interacts correctly with Durable Objects' automatic \
        atomic write coalescing.
        """
}
