/// A place in a configuration file: what a person's editor jumps to.
public struct DeploymentLocation: Sendable, Hashable, CustomStringConvertible {
    /// The name of the file, as it was given.
    public let file: String

    /// The line, counted from 1.
    public let line: Int

    /// The character in the line, counted from 1.
    public let column: Int

    /// Makes a place of a file, a line and a column.
    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// The place as compilers write it: `wrangler.toml:12:3`.
    public var description: String { "\(file):\(line):\(column)" }
}

extension DeploymentLocation: Codable {
    /// Reads the form that ``description`` writes.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let parts = try container.decode(String.self).split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 3, let line = Int(parts[parts.count - 2]), let column = Int(parts[parts.count - 1]) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "Expected file:line:column.")
        }
        self.init(file: parts.dropLast(2).joined(separator: ":"), line: line, column: column)
    }

    /// Writes ``description``.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
