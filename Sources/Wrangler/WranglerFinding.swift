public import RoostRuntime

/// Something that was found while a configuration was read.
public struct WranglerFinding: Sendable, Hashable {
    /// How bad it is.
    public enum Severity: String, Sendable, Hashable, Codable {
        /// The configuration cannot be used.
        case error
        /// It can be used but probably does not mean what was meant.
        case warning
        /// Something in it has no effect here.
        case note
    }

    /// How bad it is.
    public let severity: Severity

    /// What was found; where the origin has words for it, in those words.
    public let message: String

    /// The headings the origin's tools would print it under, outermost first.
    public let headings: [String]

    /// Where it was found.
    public let location: DeploymentLocation?

    init(_ severity: Severity, _ message: String, headings: [String] = [], location: DeploymentLocation?) {
        self.severity = severity
        self.message = message
        self.headings = headings
        self.location = location
    }
}

extension WranglerFinding: CustomStringConvertible {
    /// The place and the severity as compilers write them, then headings and message, each a step further in.
    public var description: String {
        let place = location.map { "\($0): " } ?? ""
        let blocks = (headings + [message]).enumerated().map { depth, text in
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let first = String(repeating: "  ", count: depth)
            let rest = first + "  "
            return lines.enumerated()
                .map { $0.element.isEmpty ? "" : ($0.offset == 0 ? first : rest) + $0.element }
                .joined(separator: "\n")
        }
        return "\(place)\(severity.rawValue): \(blocks.joined(separator: "\n"))"
    }
}
