import FoundationEssentials
import RoostRuntime

// The configuration file: JSON, read field by field so that every mistake in it is found at once.
extension ConfigurationLoader {
    mutating func readFile(_ path: String?) {
        guard let path else { return }
        guard let bytes = source.contents(path), bytes.count <= EdgeConfiguration.fileBytesMax else {
            return problem(path, "cannot be read, or is larger than \(EdgeConfiguration.fileBytesMax) bytes")
        }
        var report = ConfigurationReport(file: path)
        do {
            let document = try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
            if var fields = ConfigurationObject(document, path: "", &report) { read(&fields, &report) }
        } catch {
            return problem(path, "is not valid JSON")
        }
        for mistake in report.mistakes { problem("\(path): \(mistake.field)", mistake.reason) }
        configuration.warnings += report.warnings.map(\.description)
    }

    private mutating func read(_ fields: inout ConfigurationObject, _ report: inout ConfigurationReport) {
        let texts: [(String, EdgeSetting)] = [
            ("host", .host), ("dataDirectory", .data), ("tenantsDirectory", .tenants), ("profile", .profile),
            ("logLevel", .logLevel), ("defaultModel", .defaultModel),
        ]
        for (name, setting) in texts {
            if let text = fields.string(name, &report), let reason = setting.apply(text, &self) {
                report.mistake(fields.path(name), reason)
            }
        }
        configuration.port = fields.integer("port", in: 0...65_535, &report) ?? configuration.port
        configuration.isEphemeral = fields.bool("ephemeral", &report) ?? configuration.isEphemeral
        if let number = fields.integer("drainSeconds", in: 1...3_600, &report) {
            configuration.drainLimit = .seconds(number)
        }
        if let number = fields.integer("heartbeatSeconds", in: 1...300, &report) {
            configuration.heartbeat = .seconds(number)
        }
        for (index, text) in fields.strings("trustedProxies", atMost: 256, &report).enumerated() {
            if let range = AddressRange(text) {
                configuration.trustedProxies.append(range)
            } else {
                report.mistake("trustedProxies[\(index)]", "must be an address or a range such as 10.0.0.0/8")
            }
        }
        if var object = fields.object("provider", &report) { readProvider(&object, &report) }
        if var object = fields.object("limits", &report) { readLimits(&object, &report) }
        if var object = fields.object("prices", &report) { readPrices(&object, &report) }
        if var object = fields.object("sockets", &report) { readSockets(&object, &report) }
        if var object = fields.object("publicBindings", &report) { readBindings(&object, &report) }
        fields.finish(&report)
    }

    private mutating func readProvider(_ fields: inout ConfigurationObject, _ report: inout ConfigurationReport) {
        if let kind = fields.string("kind", &report) {
            provider = kind
            if EdgeConfiguration.Provider(rawValue: kind) == nil {
                report.mistake(fields.path("kind"), "must be offline or openai")
                provider = nil
            }
        }
        if let text = fields.string("baseURL", &report), let reason = EdgeSetting.baseURL.apply(text, &self) {
            report.mistake(fields.path("baseURL"), reason)
        }
        keyFile = fields.string("apiKeyFile", &report)
        // Asked for only to refuse it: a key in this file ends up in version control and in bug reports.
        if fields.value("apiKey") != nil {
            report.mistake(fields.path("apiKey"), "must not stand here; use OPENAI_API_KEY or apiKeyFile")
        }
        fields.finish(&report)
    }

    private mutating func readLimits(_ fields: inout ConfigurationObject, _ report: inout ConfigurationReport) {
        let bytes = 1_024...(1 << 26)
        var limits = configuration.limits
        limits.bodyBytes = fields.integer("bodyBytes", in: bytes, &report) ?? limits.bodyBytes
        limits.ingestBodyBytes = fields.integer("ingestBodyBytes", in: bytes, &report) ?? limits.ingestBodyBytes
        limits.objectBodyBytes = fields.integer("objectBodyBytes", in: bytes, &report) ?? limits.objectBodyBytes
        limits.waitingPerSession =
            fields.integer("waitingPerSession", in: 0...10_000, &report) ?? limits.waitingPerSession
        limits.waitingInAll = fields.integer("waitingInAll", in: 0...1_000_000, &report) ?? limits.waitingInAll
        limits.connections = fields.integer("connections", in: 1...1_000_000, &report) ?? limits.connections
        limits.headerBytes = fields.integer("headerBytes", in: 1_024...(1 << 20), &report) ?? limits.headerBytes
        configuration.limits = limits
        fields.finish(&report)
    }

    private mutating func readSockets(_ fields: inout ConfigurationObject, _ report: inout ConfigurationReport) {
        var sockets = configuration.sockets
        sockets.messageBytes = fields.integer("messageBytes", in: 1_024...(1 << 26), &report) ?? sockets.messageBytes
        for (name, field) in [
            ("pingSeconds", \WebSocketSettings.pingAfter), ("pongSeconds", \.pongWithin),
            ("closeSeconds", \.closeWithin),
        ] {
            if let number = fields.integer(name, in: 1...3_600, &report) { sockets[keyPath: field] = .seconds(number) }
        }
        configuration.sockets = sockets
        fields.finish(&report)
    }

    private mutating func readBindings(_ fields: inout ConfigurationObject, _ report: inout ConfigurationReport) {
        for binding in fields.names {
            if let name = fields.string(binding, &report) { configuration.publicBindings[binding] = name }
        }
        fields.finish(&report)
    }

    private mutating func readPrices(_ fields: inout ConfigurationObject, _ report: inout ConfigurationReport) {
        let range = 0...1_000_000_000
        for model in fields.names {
            guard var price = fields.object(model, &report) else { continue }
            configuration.prices[model] = ModelPrice(
                inputMicrosPerMillion: price.integer("inputMicrosPerMillion", in: range, &report) ?? 0,
                outputMicrosPerMillion: price.integer("outputMicrosPerMillion", in: range, &report) ?? 0
            )
            price.finish(&report)
        }
    }
}
