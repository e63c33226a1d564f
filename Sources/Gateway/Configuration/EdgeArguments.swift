/// What was said on the command line; `nil` leaves the setting to the environment and the file.
public struct EdgeArguments: Sendable, Hashable {
    /// The configuration file.
    public var configurationFile: String?
    /// The address to listen on.
    public var host: String?
    /// The port to listen on.
    public var port: Int?
    /// Where the store is.
    public var dataDirectory: String?
    /// Where the tenants' files are.
    public var tenantsDirectory: String?
    /// The profile's name.
    public var profile: String?
    /// The level of the log.
    public var logLevel: String?
    /// Whether the store is in memory only.
    public var isEphemeral = false

    /// Creates arguments that say nothing.
    public init() {}
}
