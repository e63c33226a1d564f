/// Values as JavaScript's `JSON.stringify` writes them, because the origin's messages quote them so.
extension LocatedValue {
    /// The value on one line, shortened when it is very long.
    var json: String {
        var text = ""
        write(to: &text)
        guard text.count > WranglerLimits.shownCharacters else { return text }
        return text.prefix(WranglerLimits.shownCharacters) + "…"
    }

    private func write(to text: inout String) {
        // What is cut off later need not be written at all.
        guard text.utf8.count <= 4 * WranglerLimits.shownCharacters else { return }
        switch kind {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .number(let value): text += Self.number(value)
        case .string(let value), .date(let value): text += Self.quoted(value)
        case .array(let values):
            text += "["
            for (place, value) in values.enumerated() {
                if place > 0 { text += "," }
                value.write(to: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (place, member) in members.enumerated() {
                if place > 0 { text += "," }
                text += Self.quoted(member.key) + ":"
                member.value.write(to: &text)
            }
            text += "}"
        }
    }

    /// A number as JavaScript writes it: whole ones without a fraction, no number at all as null.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        if value == value.rounded(), abs(value) < 1e15 { return String(Int(value)) }
        return "\(value)"
    }

    static func quoted(_ value: String) -> String {
        var text = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\u{8}": text += "\\b"
            case "\u{C}": text += "\\f"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\0"..<" ":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}

extension LocatedValue? {
    /// The value as JSON, or `undefined` where there is none.
    var json: String { self?.json ?? "undefined" }
}
