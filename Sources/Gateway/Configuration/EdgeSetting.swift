import Logging

/// A setting that can be given as text: in the environment, and some also as a flag.
enum EdgeSetting: CaseIterable {
    case host, port, data, ephemeral, tenants, profile, logLevel
    case provider, defaultModel, baseURL, trustedProxies, drainSeconds, heartbeatSeconds

    var variable: String {
        switch self {
        case .host: "ROOST_HOST"
        case .port: "ROOST_PORT"
        case .data: "ROOST_DATA"
        case .ephemeral: "ROOST_EPHEMERAL"
        case .tenants: "ROOST_TENANTS"
        case .profile: "ROOST_PROFILE"
        case .logLevel: "ROOST_LOG_LEVEL"
        case .provider: "ROOST_PROVIDER"
        case .defaultModel: "ROOST_DEFAULT_MODEL"
        case .baseURL: "OPENAI_BASE_URL"
        case .trustedProxies: "ROOST_TRUSTED_PROXIES"
        case .drainSeconds: "ROOST_DRAIN_SECONDS"
        case .heartbeatSeconds: "ROOST_HEARTBEAT_SECONDS"
        }
    }

    /// Stores the value, or says what is wrong with it.
    func apply(_ text: String, _ loader: inout ConfigurationLoader) -> String? {
        switch self {
        case .host: return store(text, in: &loader.configuration.host)
        case .data: return store(text, in: &loader.configuration.dataDirectory)
        case .tenants:
            loader.configuration.tenantsDirectory = text
        case .provider:
            loader.provider = text
        case .defaultModel:
            loader.defaultModel = text
        case .port:
            guard let port = Int(text), (0...65_535).contains(port) else { return "must be a port from 0 to 65535" }
            loader.configuration.port = port
        case .ephemeral:
            switch text.lowercased() {
            case "1", "true", "yes": loader.configuration.isEphemeral = true
            case "0", "false", "no": loader.configuration.isEphemeral = false
            default: return "must be true or false"
            }
        case .profile:
            guard let profile = EdgeProfile(name: text) else { return "must be development or production" }
            loader.configuration.profile = profile
        case .logLevel:
            guard let level = Logger.Level(rawValue: text) else {
                return "must be one of " + Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            }
            loader.configuration.logLevel = level
        case .baseURL:
            guard text.hasPrefix("http://") || text.hasPrefix("https://") else {
                return "must begin with http:// or https://"
            }
            loader.configuration.providerBaseURL = text
        case .trustedProxies:
            let parts = text.split(separator: ",").map { String($0.trimmingSpaces()) }
            let ranges = parts.compactMap(AddressRange.init)
            guard ranges.count == parts.count else {
                return "must be addresses or ranges such as 10.0.0.0/8, with commas"
            }
            loader.configuration.trustedProxies = ranges
        case .drainSeconds: return seconds(text, upTo: 3_600, in: &loader.configuration.drainLimit)
        case .heartbeatSeconds: return seconds(text, upTo: 300, in: &loader.configuration.heartbeat)
        }
        return nil
    }

    private func store(_ text: String, in field: inout String) -> String? {
        guard !text.isEmpty else { return "must not be empty" }
        field = text
        return nil
    }

    private func seconds(_ text: String, upTo limit: Int, in field: inout Duration) -> String? {
        guard let number = Int(text), (1...limit).contains(number) else { return "must be from 1 to \(limit) seconds" }
        field = .seconds(number)
        return nil
    }
}
