/// What a database and its statements may use.
///
/// The defaults are those of the origin.
public struct SQLLimits: Sendable, Hashable {
    /// The largest text, blob or row, in bytes.
    public var valueBytes = 4 << 20
    /// The longest statement, in bytes.
    public var statementBytes = 100_000
    /// The columns of a table, an index, a result or a `SET` clause.
    public var columns = 100
    /// The depth of an expression.
    public var expressionDepth = 100
    /// The terms of a compound `SELECT`.
    public var compoundTerms = 5
    /// The instructions of a compiled statement.
    public var instructions = 25_000
    /// The arguments of a function.
    public var functionArguments = 127
    /// The longest pattern of `LIKE` and `GLOB`, in bytes.
    public var patternBytes = 50
    /// The parameters of a statement.
    public var parameters = 100
    /// How deep triggers may start triggers.
    public var triggerDepth = 10

    /// The pages of a database: ten gibibytes.
    public var databasePages = 2_621_440
    /// The instructions that one call into SQLite may execute; then the statement is interrupted.
    public var steps = 100_000_000
    /// The pages that a connection keeps in memory although they could be read again, in bytes.
    public var cacheBytes = 1 << 20
    /// The pages that a connection may hold at all, changed ones among them, in bytes.
    ///
    /// Changed pages stay in memory until the turn ends, so this also bounds what one turn may change.
    public var memoryBytes = 128 << 20
    /// What SQLite may use in the whole process; past it, statements that run fail for lack of memory.
    public var processMemoryBytes = 1 << 30
    /// The prepared statements that a connection keeps, in bytes of their text.
    public var cachedStatementBytes = 1 << 20
    /// The prepared statements that a connection keeps.
    public var cachedStatements = 512

    /// The limits of the origin.
    public static let cloudflare = SQLLimits()

    /// Only the limits that the store needs; the rest is what SQLite itself takes.
    public static let roost: SQLLimits = {
        var limits = SQLLimits()
        limits.valueBytes = StorageLimits.payloadBytes
        limits.statementBytes = 1_000_000
        limits.columns = 2_000
        limits.expressionDepth = 1_000
        limits.compoundTerms = 500
        limits.instructions = 250_000_000
        limits.patternBytes = 50_000
        limits.parameters = 32_766
        limits.triggerDepth = 1_000
        return limits
    }()
}
