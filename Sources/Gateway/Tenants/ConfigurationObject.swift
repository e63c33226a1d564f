import RoostRuntime

/// Reads the fields of one JSON object, and notes every mistake instead of stopping at the first.
///
/// A field that is missing, `null` or wrong yields `nil`; a wrong one is also reported. ``finish(_:)`` warns of
/// the fields nobody asked for, which are mostly misspelt ones.
struct ConfigurationObject {
    private let fields: [String: JSONValue]
    private var asked: Set<String> = []
    let path: String

    /// Creates a reader, or reports that the value is not an object.
    init?(_ value: JSONValue, path: String, _ report: inout ConfigurationReport) {
        guard case .object(let fields) = value else {
            report.mistake(path, "must be an object, but is \(value.kind)")
            return nil
        }
        self.fields = fields
        self.path = path
    }

    /// The path of a field, as shown to people.
    func path(_ name: String) -> String {
        path.isEmpty ? name : "\(path).\(name)"
    }

    /// The names that are present, in alphabetical order.
    var names: [String] { fields.keys.sorted() }

    /// Whether a field is present.
    func has(_ name: String) -> Bool {
        fields[name].map { $0 != .null } ?? false
    }

    /// A field of any kind.
    mutating func value(_ name: String) -> JSONValue? {
        asked.insert(name)
        guard let value = fields[name], value != .null else { return nil }
        return value
    }

    mutating func object(_ name: String, _ report: inout ConfigurationReport) -> ConfigurationObject? {
        value(name).flatMap { ConfigurationObject($0, path: path(name), &report) }
    }

    mutating func string(_ name: String, _ report: inout ConfigurationReport) -> String? {
        guard let value = value(name) else { return nil }
        guard case .string(let text) = value else {
            report.mistake(path(name), "must be a string, but is \(value.kind)")
            return nil
        }
        guard !text.isEmpty else {
            report.mistake(path(name), "must not be empty")
            return nil
        }
        return text
    }

    mutating func bool(_ name: String, _ report: inout ConfigurationReport) -> Bool? {
        guard let value = value(name) else { return nil }
        guard case .bool(let flag) = value else {
            report.mistake(path(name), "must be true or false, but is \(value.kind)")
            return nil
        }
        return flag
    }

    mutating func integer(
        _ name: String,
        in range: ClosedRange<Int>,
        _ report: inout ConfigurationReport
    ) -> Int? {
        guard let value = value(name) else { return nil }
        guard case .integer(let number) = value else {
            let found = value.kind == "a number" ? "a fraction or too large" : value.kind
            report.mistake(path(name), "must be a whole number, but is \(found)")
            return nil
        }
        guard range.contains(number) else {
            report.mistake(path(name), "must be from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    mutating func positiveNumber(_ name: String, _ report: inout ConfigurationReport) -> Double? {
        guard let value = value(name) else { return nil }
        let number: Double
        switch value {
        case .integer(let whole): number = Double(whole)
        case .number(let fraction): number = fraction
        case .null, .bool, .string, .array, .object:
            report.mistake(path(name), "must be a number, but is \(value.kind)")
            return nil
        }
        guard number.isFinite, number > 0 else {
            report.mistake(path(name), "must be greater than 0")
            return nil
        }
        return number
    }

    /// A list; every element comes with its own path.
    mutating func array(
        _ name: String,
        atMost limit: Int,
        _ report: inout ConfigurationReport
    ) -> [(path: String, value: JSONValue)] {
        guard let value = value(name) else { return [] }
        guard case .array(let elements) = value else {
            report.mistake(path(name), "must be an array, but is \(value.kind)")
            return []
        }
        guard elements.count <= limit else {
            report.mistake(path(name), "must have at most \(limit) entries")
            return []
        }
        return elements.enumerated().map { ("\(path(name))[\($0.offset)]", $0.element) }
    }

    mutating func strings(_ name: String, atMost limit: Int, _ report: inout ConfigurationReport) -> [String] {
        var strings: [String] = []
        for (path, element) in array(name, atMost: limit, &report) {
            if case .string(let text) = element, !text.isEmpty {
                strings.append(text)
            } else {
                let found = element == .string("") ? "empty" : element.kind
                report.mistake(path, "must be a string that is not empty, but is \(found)")
            }
        }
        return strings
    }

    /// Warns of fields that nobody asked for.
    func finish(_ report: inout ConfigurationReport) {
        for name in names where !asked.contains(name) {
            let known = asked.sorted().joined(separator: ", ")
            report.warning(path(name), "is unknown and ignored; known here are: \(known)")
        }
    }
}
