/// The functions and table modules that applications may use; the lists are the origin's.
enum SQLAllowedNames {
    /// The modules that `CREATE VIRTUAL TABLE` takes, in lower case.
    static let modules: Set<String> = ["fts5", "fts5vocab", "rtree", "rtree_i32"]

    /// The modules that a connection keeps: those above, and those that are tables without being created.
    ///
    /// The rest would show SQLite's inside, as its pages or its compiled statements.
    static let keptModules = modules.sorted() + ["json_each", "json_tree"]

    /// The functions, by the name under which SQLite knows them.
    static let functions = Set((core + dates + aggregates + windows + mathematics + json + search + internals))

    private static let core = [
        "abs", "changes", "char", "coalesce", "concat", "concat_ws", "format", "glob", "hex", "ifnull", "iif",
        "instr", "last_insert_rowid", "length", "like", "likelihood", "likely", "load_extension", "lower", "ltrim",
        "max", "min", "nullif", "octet_length", "printf", "quote", "random", "randomblob", "replace", "round",
        "rtrim", "sign", "soundex", "substr", "substring", "total_changes", "trim", "typeof", "unhex", "unicode",
        "unlikely", "upper", "zeroblob",
    ]

    private static let dates = [
        "date", "time", "datetime", "julianday", "unixepoch", "strftime", "timediff", "current_date", "current_time",
        "current_timestamp",
    ]

    private static let aggregates = ["avg", "count", "group_concat", "string_agg", "sum", "total"]

    private static let windows = [
        "row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "lag", "lead", "first_value",
        "last_value", "nth_value",
    ]

    private static let mathematics = [
        "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "ceil", "cos", "cosh", "degrees", "exp", "floor",
        "ln", "log", "log2", "mod", "pi", "pow", "radians", "sin", "sinh", "sqrt", "tan", "tanh", "trunc",
    ]

    private static let json = [
        "json", "jsonb", "json_array", "jsonb_array", "json_array_length", "json_extract", "jsonb_extract", "->",
        "->>", "json_insert", "jsonb_insert", "json_object", "jsonb_object", "json_patch", "jsonb_patch",
        "json_remove", "jsonb_remove", "json_replace", "jsonb_replace", "json_set", "jsonb_set", "json_type",
        "json_valid", "json_quote", "json_group_array", "jsonb_group_array", "json_group_object",
        "jsonb_group_object", "json_each", "json_tree",
    ]

    private static let search = ["match", "highlight", "bm25", "snippet", "rtreecheck"]

    /// What `ALTER TABLE` calls in statements that SQLite writes itself.
    private static let internals = [
        "sqlite_rename_column", "sqlite_rename_table", "sqlite_rename_test", "sqlite_drop_column",
        "sqlite_rename_quotefix",
    ]
}
