/// The pragmas that applications may use, and the arguments they take.
enum SQLPragmas {
    private enum Argument {
        /// It is only read.
        case none
        /// It is read without an argument and set with one.
        case boolean
        /// It needs the name of a table or an index.
        case name
        /// It takes a name or a number, or nothing.
        case optionalName
        /// It takes a whole number of 32 bits, or nothing.
        case optionalNumber
    }

    private static let arguments: [String: Argument] = [
        "data_version": .none, "page_size": .none,
        "case_sensitive_like": .boolean, "foreign_keys": .boolean, "defer_foreign_keys": .boolean,
        "ignore_check_constraints": .boolean, "legacy_alter_table": .boolean, "recursive_triggers": .boolean,
        "reverse_unordered_selects": .boolean,
        "foreign_key_list": .name, "index_info": .name, "index_list": .name, "index_xinfo": .name,
        "table_info": .name, "table_xinfo": .name,
        "foreign_key_check": .optionalName, "quick_check": .optionalName, "table_list": .optionalName,
        "optimize": .optionalNumber,
    ]

    /// What every way to write a truth value begins with.
    ///
    /// The origin compares no further, so `10` and `online` pass as well; SQLite then reads them as it likes.
    private static let truthValues = ["true", "false", "yes", "no", "on", "off", "1", "0"]

    /// Tells whether a pragma may be used with this argument.
    static func allow(_ name: String, argument: String?) -> Bool {
        switch arguments[name.lowercased()] {
        case nil: false
        case .some(.none): argument == nil
        case .boolean: argument.map(isTruthValue) ?? true
        case .name: argument.map { !SQLReservedNames.contain($0) } ?? false
        case .optionalName: argument.map { !SQLReservedNames.contain($0) } ?? true
        case .optionalNumber: argument.map(isNumber) ?? true
        }
    }

    /// Tells whether a pragma changes a setting that another connection would not have.
    static func changeConnection(_ name: String, _ argument: String?) -> Bool {
        guard argument != nil, case .boolean = arguments[name.lowercased()] else { return false }
        // This one ends with the turn by itself.
        return name.lowercased() != "defer_foreign_keys"
    }

    private static func isTruthValue(_ argument: String) -> Bool {
        var text = Substring(argument)
        if text.utf8.count >= 2, let quote = text.first, quote == "'" || quote == "\"", text.last == quote {
            text = text.dropFirst().dropLast()
        }
        let lowercased = text.lowercased()
        return truthValues.contains { lowercased.hasPrefix($0) }
    }

    private static func isNumber(_ argument: String) -> Bool {
        if Int32(argument) != nil { return true }
        let lowercased = argument.lowercased()
        return lowercased.hasPrefix("0x") && Int32(lowercased.dropFirst(2), radix: 16) != nil
    }
}
