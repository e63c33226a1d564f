/// Where configuration is read from: files and the environment.
package struct ConfigurationSource: Sendable {
    /// The value of an environment variable.
    package var environment: @Sendable (_ name: String) -> String?
    /// The names of the files in a directory, or `nil` when it cannot be read.
    package var files: @Sendable (_ directory: String) -> [String]?
    /// The bytes of a file, or `nil` when it cannot be read.
    package var contents: @Sendable (_ path: String) -> [UInt8]?

    /// Creates a source.
    package init(
        environment: @escaping @Sendable (_ name: String) -> String?,
        files: @escaping @Sendable (_ directory: String) -> [String]?,
        contents: @escaping @Sendable (_ path: String) -> [UInt8]?
    ) {
        self.environment = environment
        self.files = files
        self.contents = contents
    }
}
