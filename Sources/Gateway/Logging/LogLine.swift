import Logging
import RoostRuntime

/// One log event on its way to text.
struct LogLine {
    var time: Timestamp
    var level: Logger.Level
    var label: String
    var message: String
    var fields: Logger.Metadata

    /// One JSON object, the same names first in every line.
    var json: String {
        var text = #"{"time":""# + CivilTime(time).description + #"","level":""# + level.rawValue + #"","logger":"#
        Self.append(label, to: &text)
        text += #","message":"#
        Self.append(message, to: &text)
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            text += ","
            Self.append(name, to: &text)
            text += ":"
            Self.append(value, named: name, to: &text)
        }
        return text + "}"
    }

    /// A line for a person.
    var readable: String {
        let clock = CivilTime(time).timeOfDay
        let pairs = fields.sorted { $0.key < $1.key }.map { name, value in
            var text = ""
            Self.append(value, named: name, to: &text)
            // Quotation marks only where they help.
            let isPlain = text.dropFirst().dropLast().utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x5c }
            return name + "=" + (isPlain && text.hasPrefix("\"") ? String(text.dropFirst().dropLast()) : text)
        }
        let name = level.rawValue
        let padding = String(repeating: " ", count: max(0, 8 - name.utf8.count))
        // Line breaks in a message would let a client forge a line.
        let safe = message.replacing("\n", with: "\\n").replacing("\r", with: "\\r")
        return ([clock, name + padding + safe] + pairs).joined(separator: " ")
    }

    private static func append(_ value: Logger.MetadataValue, named name: String, to text: inout String) {
        guard !Redaction.hides(name) else { return append(Redaction.mask, to: &text) }
        switch value {
        case .string(let string): append(string, to: &text)
        case .stringConvertible(let number as any FixedWidthInteger): text += String(describing: number)
        case .stringConvertible(let other): append(other.description, to: &text)
        case .array(let values):
            text += "["
            for (index, value) in values.enumerated() {
                if index > 0 { text += "," }
                append(value, named: name, to: &text)
            }
            text += "]"
        case .dictionary(let values):
            text += "{"
            for (index, pair) in values.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { text += "," }
                append(pair.key, to: &text)
                text += ":"
                append(pair.value, named: pair.key, to: &text)
            }
            text += "}"
        @unknown default: append(value.description, to: &text)
        }
    }

    private static func append(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _
            where scalar.value < 0x20 || scalar.value == 0x7f || scalar.value == 0x2028 || scalar.value == 0x2029:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
