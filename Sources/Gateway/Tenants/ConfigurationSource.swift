/// Where configuration is read from: files and the environment, and the addresses of issuers' keys.
package struct ConfigurationSource: Sendable {
    /// The value of an environment variable.
    package var environment: @Sendable (_ name: String) -> String?
    /// The names of the files in a directory, or `nil` when it cannot be read.
    package var files: @Sendable (_ directory: String) -> [String]?
    /// The bytes of a file, or `nil` when it cannot be read.
    package var contents: @Sendable (_ path: String) -> [UInt8]?
    /// What stands at the address of an issuer's keys.
    package var keySet: @Sendable (_ url: String) async -> Result<[UInt8], KeySetError>

    /// Creates a source.
    package init(
        environment: @escaping @Sendable (_ name: String) -> String?,
        files: @escaping @Sendable (_ directory: String) -> [String]?,
        contents: @escaping @Sendable (_ path: String) -> [UInt8]?,
        keySet: @escaping @Sendable (_ url: String) async -> Result<[UInt8], KeySetError> = { _ in
            .failure(.unreachable)
        }
    ) {
        self.environment = environment
        self.files = files
        self.contents = contents
        self.keySet = keySet
    }
}
