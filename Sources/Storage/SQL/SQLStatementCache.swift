/// The compiled statements of a connection, by their text; those used longest ago go first.
///
/// Bounded by the bytes of the texts and by count. A statement that is in use stays in it, and may even be pushed out:
/// whoever uses it keeps it.
struct SQLStatementCache {
    private final class Entry {
        let text: String
        let statement: SQLStatement
        var newer: Entry?
        weak var older: Entry?

        init(_ text: String, _ statement: SQLStatement) {
            self.text = text
            self.statement = statement
        }
    }

    private let byteLimit: Int
    private let countLimit: Int
    private var entries: [String: Entry] = [:]
    /// The chain goes from the oldest entry to the newest.
    private var oldest: Entry?
    private var newest: Entry?
    /// The bytes of all texts.
    private(set) var bytes = 0

    init(byteLimit: Int, countLimit: Int) {
        self.byteLimit = byteLimit
        self.countLimit = countLimit
    }

    var count: Int { entries.count }

    /// Tells whether a statement is kept, without counting as a use of it.
    func contains(_ text: String) -> Bool { entries[text] != nil }

    /// Gives the statement with this text, and counts as a use of it.
    mutating func statement(for text: String) -> SQLStatement? {
        guard let entry = entries[text] else { return nil }
        if entry !== newest {
            unlink(entry)
            append(entry)
        }
        return entry.statement
    }

    /// Keeps a statement, and forgets others if it must; one that is too large by itself is not kept.
    mutating func insert(_ statement: SQLStatement, for text: String) {
        guard text.utf8.count <= byteLimit, countLimit > 0, entries[text] == nil else { return }
        let entry = Entry(text, statement)
        entries[text] = entry
        bytes += text.utf8.count
        append(entry)
        while bytes > byteLimit || entries.count > countLimit, let victim = oldest {
            unlink(victim)
            entries[victim.text] = nil
            bytes -= victim.text.utf8.count
        }
    }

    /// Forgets all statements.
    mutating func removeAll() {
        // Letting go of the head would free the chain recursively, one stack frame for each entry.
        while let entry = oldest { unlink(entry) }
        entries = [:]
        bytes = 0
    }

    private mutating func append(_ entry: Entry) {
        entry.older = newest
        if let newest { newest.newer = entry } else { oldest = entry }
        newest = entry
    }

    private mutating func unlink(_ entry: Entry) {
        if let older = entry.older { older.newer = entry.newer } else { oldest = entry.newer }
        if let newer = entry.newer { newer.older = entry.older } else { newest = entry.older }
        entry.newer = nil
        entry.older = nil
    }
}
