public import Logging

/// How the edge service is set up: one value, made from a file, the environment and flags, checked before anything
/// starts.
public struct EdgeConfiguration: Sendable {
    /// Where answers come from.
    public enum Provider: String, Sendable, Hashable {
        /// The deterministic model that needs no network.
        case offline
        /// A provider that speaks OpenAI's protocol.
        case openai
    }

    /// The address to listen on; `127.0.0.1`.
    public var host = "127.0.0.1"
    /// The port to listen on; 8787, and with 0 the system chooses one.
    public var port = 8787
    /// Where the store is; `.roost`.
    public var dataDirectory = ".roost"
    /// Whether the store is in memory only.
    public var isEphemeral = false
    /// Where the tenants' files are; `nil` for the example tenants of the development profile.
    public var tenantsDirectory: String?
    /// How strict the service is; development.
    public var profile = EdgeProfile.development
    /// How much is logged; `info`.
    public var logLevel = Logger.Level.info
    /// Where answers come from; the offline model, unless there is a key for a provider.
    public var provider = Provider.offline
    /// The model of tenants that configure none; the provider's usual one.
    public var defaultModel = "offline-1"
    /// The provider's address before `/chat/completions`.
    public var providerBaseURL = "https://api.openai.com/v1"
    /// The provider's key; it never appears in anything printed.
    package var providerKey: SecretText?
    /// What models cost; a model without a price costs nothing.
    public var prices: [String: ModelPrice] = [:]
    /// Proxies whose word on the client's address is taken.
    package var trustedProxies: [AddressRange] = []
    /// How long running requests and streams may go on after shutdown was asked for; 30 s.
    public var drainLimit = Duration.seconds(30)
    /// After how much silence a stream sends a line to keep its connection open; 15 s.
    public var heartbeat = Duration.seconds(15)
    /// How long a reader of a stream may take for one frame before its connection is closed; 60 s.
    public var stallLimit = Duration.seconds(60)
    /// How long a connection may be silent between requests, or within one; 75 s.
    public var idleLimit = Duration.seconds(75)
    /// The classes whose objects clients may reach under `/objects/{binding}/…`, by binding; none.
    ///
    /// A class that is named here must be registered before the service is created. The service's own classes cannot be
    /// made public: what they check is who calls, and they take the gateway's word for it.
    public var publicBindings: [String: String] = [:]
    /// What WebSockets may send and how long they may be silent.
    public var sockets = WebSocketSettings()
    /// What is held at most.
    public var limits = EdgeLimits()
    /// Things that are no mistakes but worth a look, such as unknown fields.
    public internal(set) var warnings: [String] = []

    /// Creates the default configuration: development, offline, on the loopback address.
    public init() {}
}
