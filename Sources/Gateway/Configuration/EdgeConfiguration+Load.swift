extension EdgeConfiguration {
    /// The largest configuration file, in bytes.
    static let fileBytesMax = 1 << 20

    /// Reads the configuration of this process: file, then environment, then flags, each overruling what came before.
    ///
    /// - Throws: ``EdgeConfigurationError`` with everything that is wrong.
    public static func load(_ arguments: EdgeArguments) throws(EdgeConfigurationError) -> EdgeConfiguration {
        try load(arguments, source: .live)
    }

    /// Reads a configuration by way of a given source.
    package static func load(
        _ arguments: EdgeArguments,
        source: ConfigurationSource
    ) throws(EdgeConfigurationError) -> EdgeConfiguration {
        var loader = ConfigurationLoader(source: source)
        loader.readFile(arguments.configurationFile ?? source.environment("ROOST_CONFIG"))
        loader.readEnvironment()
        loader.readFlags(arguments)
        loader.readProvider()
        return try loader.finish()
    }
}

/// Collects settings and mistakes from the three places a configuration comes from.
struct ConfigurationLoader {
    let source: ConfigurationSource
    var configuration = EdgeConfiguration()
    var problems: [EdgeConfigurationError.Problem] = []
    /// What the file and the environment say about the provider, until all of it is known.
    var provider: String?
    var keyFile: String?
    var defaultModel: String?

    init(source: ConfigurationSource) {
        self.source = source
    }

    mutating func problem(_ name: String, _ reason: String) {
        problems.append(EdgeConfigurationError.Problem(name: name, reason: reason))
    }

    /// Takes over one setting given as text, whatever place it came from.
    mutating func set(_ setting: EdgeSetting, to text: String, as name: String) {
        if let reason = setting.apply(text, &self) { problem(name, reason) }
    }

    mutating func readEnvironment() {
        for setting in EdgeSetting.allCases {
            guard let text = source.environment(setting.variable), !text.isEmpty else { continue }
            set(setting, to: text, as: setting.variable)
        }
    }

    mutating func readFlags(_ arguments: EdgeArguments) {
        let flags: [(EdgeSetting, String?, String)] = [
            (.host, arguments.host, "--host"),
            (.port, arguments.port.map { String($0) }, "--port"),
            (.data, arguments.dataDirectory, "--data"),
            (.tenants, arguments.tenantsDirectory, "--tenants"),
            (.profile, arguments.profile, "--profile"),
            (.logLevel, arguments.logLevel, "--log-level"),
        ]
        for case (let setting, .some(let text), let name) in flags { set(setting, to: text, as: name) }
        if arguments.isEphemeral { configuration.isEphemeral = true }
    }

    /// Settles the provider last, because its default depends on whether there is a key.
    mutating func readProvider() {
        configuration.providerKey = readKey()
        switch provider {
        case nil: configuration.provider = configuration.providerKey == nil ? .offline : .openai
        case "offline": configuration.provider = .offline
        case "openai":
            configuration.provider = .openai
            let isOwnServer = configuration.providerBaseURL != EdgeConfiguration().providerBaseURL
            if configuration.providerKey == nil, !isOwnServer { problem("OPENAI_API_KEY", "is required") }
        default: problem("ROOST_PROVIDER", "must be offline or openai")
        }
        configuration.defaultModel = defaultModel ?? (configuration.provider == .openai ? "gpt-4o-mini" : "offline-1")
    }

    private mutating func readKey() -> SecretText? {
        if let key = source.environment("OPENAI_API_KEY"), !key.isEmpty { return SecretText(key) }
        guard let path = source.environment("OPENAI_API_KEY_FILE") ?? keyFile else { return nil }
        guard let bytes = source.contents(path), bytes.count <= EdgeConfiguration.fileBytesMax else {
            problem("OPENAI_API_KEY_FILE", "names a file that cannot be read")
            return nil
        }
        let key = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).first
        guard let key else {
            problem("OPENAI_API_KEY_FILE", "names a file that is empty")
            return nil
        }
        return SecretText(String(key))
    }

    func finish() throws(EdgeConfigurationError) -> EdgeConfiguration {
        guard problems.isEmpty else { throw EdgeConfigurationError(problems: problems) }
        return configuration
    }
}
