/// The query of a request, with messages that name the parameter.
package struct QueryParameters: Sendable {
    private let values: [String: String]

    /// Reads a query; a parameter that is given twice counts as its last value, one whose escapes are broken is left
    /// out.
    package init(_ query: String?) {
        var values: [String: String] = [:]
        for pair in (query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decode(parts[0]) else { continue }
            values[name] = parts.count == 2 ? Self.decode(parts[1]) : ""
        }
        self.values = values
    }

    /// A parameter as text; one that is empty counts as missing.
    package func text(_ name: String) -> String? {
        values[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A parameter as a number.
    ///
    /// - Throws: ``EdgeErrorCode/invalidRequest`` naming the parameter if it is no number in the range.
    package func integer(_ name: String, in range: ClosedRange<Int>, default value: Int) throws(EdgeError) -> Int {
        guard let text = text(name) else { return value }
        guard let number = Int(text), range.contains(number) else {
            throw .invalid(name, "must be an integer between \(range.lowerBound) and \(range.upperBound)")
        }
        return number
    }

    /// A parameter that must be there.
    package func required(_ name: String) throws(EdgeError) -> String {
        guard let text = text(name) else { throw .invalid(name, "is required") }
        return text
    }

    /// Browsers write a space as `+` here, and only here.
    private static func decode(_ text: Substring) -> String? {
        Substring(text.replacing("+", with: " ")).percentDecoded()
    }
}
