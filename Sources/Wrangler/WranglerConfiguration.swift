public import RoostRuntime

/// A configuration file that was read and found usable.
///
/// ```swift
/// let configuration = try WranglerConfiguration.read(text, fileName: "wrangler.toml", environment: "staging")
/// for finding in configuration.findings { print(finding) }
/// let deployment = Deployment(scripts: [configuration.script])
/// ```
///
/// Guarantee: any text gives either a configuration or a ``WranglerError`` with everything that is wrong with it,
/// each with file, line and column. Nothing in the text is passed over in silence: what has no effect is among the
/// ``findings``.
///
/// Limits: ``WranglerLimits``. Isolation: none; reading is a pure function of its arguments.
public struct WranglerConfiguration: Sendable, Hashable {
    /// What the file asks for.
    public let script: DeployedScript

    /// What is odd about it, or without effect.
    public let findings: [WranglerFinding]

    /// The names of the environments the file has.
    public let environments: [String]

    /// Reads a configuration.
    ///
    /// - Parameters:
    ///   - text: The file's text.
    ///   - fileName: Its name, whose ending says the language: `.toml`, `.json` or `.jsonc`.
    ///   - environment: The environment to read it for; nil for the top level.
    ///   - variables: The text and the name of the `.dev.vars` file beside it, if there is one.
    /// - Throws: ``WranglerError`` with all findings when one of them is an error.
    public static func read(
        _ text: String,
        fileName: String,
        environment: String? = nil,
        variables: (text: String, fileName: String)? = nil
    ) throws(WranglerError) -> WranglerConfiguration {
        try read(
            bytes: Array(text.utf8),
            fileName: fileName,
            environment: environment,
            variables: variables.map { (Array($0.text.utf8), $0.fileName) }
        )
    }

    /// Reads a configuration of bytes that need not be text at all.
    ///
    /// - Throws: ``WranglerError`` with all findings when one of them is an error.
    public static func read(
        bytes: [UInt8],
        fileName: String,
        environment: String? = nil,
        variables: (bytes: [UInt8], fileName: String)? = nil
    ) throws(WranglerError) -> WranglerConfiguration {
        // What is too large is not even looked at.
        let source = SourceText(bytes: bytes.count <= WranglerLimits.fileBytes ? bytes : [], fileName: fileName)
        var reader = ConfigurationReader(source: source, environment: environment)
        if bytes.count > WranglerLimits.fileBytes {
            reader.list.error("The file has more than \(WranglerLimits.fileBytes) bytes.", at: 0)
        } else {
            reader.read()
        }
        if let variables { reader.readVariables(variables.bytes, fileName: variables.fileName) }
        let findings = reader.list.findings
        guard !reader.list.hasErrors, let script = reader.script else { throw WranglerError(findings: findings) }
        return WranglerConfiguration(script: script, findings: findings, environments: reader.environments)
    }
}
