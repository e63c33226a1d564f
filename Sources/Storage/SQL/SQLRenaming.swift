/// Finds the name that an `ALTER TABLE … RENAME TO` gives, which SQLite does not show to the authorizer.
struct SQLRenaming {
    private var rest: Substring.UTF8View

    private init(_ sql: Substring) {
        rest = sql.utf8
    }

    /// The new name in a statement that SQLite has compiled, without its quotes; `nil` when it renames no table.
    static func newName(in sql: Substring) -> String? {
        var scanner = SQLRenaming(sql)
        var previous: [String] = []
        while let token = scanner.nextToken() {
            // A table may itself be called RENAME, but nothing else stands before the new name.
            if previous == ["rename", "to"] { return unquoted(token) }
            previous = previous.suffix(1) + [token.lowercased()]
        }
        return nil
    }

    private mutating func nextToken() -> String? {
        while let byte = rest.first {
            switch byte {
            case UInt8(ascii: " "), 0x09...0x0D:
                rest.removeFirst()
            case UInt8(ascii: "-") where rest.dropFirst().first == byte:
                skip(past: "\n")
            case UInt8(ascii: "/") where rest.dropFirst().first == UInt8(ascii: "*"):
                rest.removeFirst(2)
                skip(past: "*/")
            case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"):
                return quoted(until: byte)
            case UInt8(ascii: "["):
                return quoted(until: UInt8(ascii: "]"))
            case _ where Self.isNamePart(byte):
                let name = rest.prefix(while: Self.isNamePart)
                rest = rest.dropFirst(name.count)
                return String(Substring(name))
            default:
                rest.removeFirst()
                return String(UnicodeScalar(byte))
            }
        }
        return nil
    }

    private mutating func skip(past end: String) {
        while !rest.isEmpty, !rest.starts(with: end.utf8) { rest.removeFirst() }
        rest = rest.dropFirst(end.utf8.count)
    }

    /// Takes a quoted token with its quotes; a quote that stands twice belongs to the text.
    private mutating func quoted(until end: UInt8) -> String {
        var token = [rest.removeFirst()]
        while let byte = rest.popFirst() {
            token.append(byte)
            guard byte == end else { continue }
            guard end != UInt8(ascii: "]"), rest.first == end else { break }
            rest.removeFirst()
        }
        return String(decoding: token, as: UTF8.self)
    }

    private static func unquoted(_ token: String) -> String {
        guard let first = token.utf8.first, !isNamePart(first), token.utf8.count >= 2 else { return token }
        return String(token.dropFirst().dropLast())
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...0xFF:
            true
        default: false
        }
    }
}
