/// Everything that is wrong with the configuration of the tenants.
///
/// All mistakes are reported at once, each with its file and field. No text quotes a value, which may be a secret.
public struct TenantConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One mistake, or one thing worth a look.
    public struct Problem: Sendable, Hashable, CustomStringConvertible {
        /// The file it is in; empty for configuration given in the program.
        public let file: String
        /// The path of the field, for example `rateLimit.slidingWindow.limit` or `apiKeys[2].key`.
        public let field: String
        /// What is wrong with it and what it should be.
        public let reason: String

        /// Creates a problem.
        public init(file: String, field: String, reason: String) {
            self.file = file
            self.field = field
            self.reason = reason
        }

        /// File, field and reason in one line.
        public var description: String {
            [file, field, reason].filter { !$0.isEmpty }.joined(separator: ": ")
        }
    }

    /// The mistakes, ordered by file as they were found.
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
