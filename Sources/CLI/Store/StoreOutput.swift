import FoundationEssentials

/// What the commands of `roost store` print for programs.
enum StoreOutput {
    /// Prints a report as one line of JSON, its members in order of their names.
    static func print(_ report: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if let line = try? encoder.encode(report) { Swift.print(String(decoding: line, as: UTF8.self)) }
    }
}
