/// Everything that is wrong with a configuration, at once.
public struct EdgeConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One mistake.
    public struct Problem: Sendable, Hashable, CustomStringConvertible {
        /// The variable, flag or field that is wrong, as the person wrote it.
        public let name: String
        /// What is wrong with it and what it should be; it never quotes a secret.
        public let reason: String

        /// Creates a problem.
        public init(name: String, reason: String) {
            self.name = name
            self.reason = reason
        }

        /// Name and reason in one line.
        public var description: String { "\(name) \(reason)" }
    }

    /// The exit status of a program that cannot start for this reason: `EX_CONFIG`.
    public static let exitStatus: Int32 = 78

    /// The mistakes: those of the file first, then of the environment, then of the flags.
    public let problems: [Problem]

    /// Creates an error.
    public init(problems: [Problem]) {
        self.problems = problems
    }

    /// All mistakes, one a line.
    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
