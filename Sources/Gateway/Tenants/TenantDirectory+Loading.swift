import FoundationEssentials
import RoostRuntime

extension TenantDirectory {
    /// The largest file of one tenant, in bytes.
    static let largestFile = 1 << 20
    /// The most tenants of one server.
    static let mostTenants = 10_000

    /// Reads the tenants from the files `*.json` of a directory.
    ///
    /// - Parameters:
    ///   - directory: Where the files are. Without one, development gets the example tenants.
    ///   - profile: How strict to be.
    /// - Throws: Every mistake in any of the files.
    public static func load(
        directory: String?,
        profile: EdgeProfile
    ) async throws(TenantConfigurationError) -> TenantDirectory {
        try await load(directory: directory, profile: profile, source: .live)
    }

    /// Reads the tenants by way of a given source.
    package static func load(
        directory: String?,
        profile: EdgeProfile,
        source: ConfigurationSource
    ) async throws(TenantConfigurationError) -> TenantDirectory {
        var report = ConfigurationReport()
        guard let directory else {
            if profile == .development { return builtIn }
            report.mistake(
                "",
                "no directory of tenants is configured; outside development there are no example tenants"
            )
            throw TenantConfigurationError(problems: report.mistakes)
        }
        report.file = directory
        guard let names = source.files(directory) else {
            report.mistake("", "cannot be read as a directory; check the path and its permissions")
            throw TenantConfigurationError(problems: report.mistakes)
        }
        let files = names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.sorted()
        if files.isEmpty { report.mistake("", "holds no tenant; put files named <tenantId>.json there") }
        if files.count > mostTenants { report.mistake("", "holds more than \(mostTenants) tenants") }
        var found: [(file: String, configuration: TenantConfiguration)] = []
        for name in files.prefix(mostTenants) {
            report.file = "\(directory)/\(name)"
            guard let value = parse(source.contents(report.file), &report) else { continue }
            guard let configuration = TenantConfiguration(reading: value, &report) else { continue }
            if name != configuration.tenantId + ".json" {
                report.warning("tenantId", "differs from the name of the file")
            }
            found.append((report.file, configuration))
        }
        return try await make(found, folder: directory, profile: profile, source: source, &report)
    }

    private static func make(
        _ found: [(file: String, configuration: TenantConfiguration)],
        folder: String,
        profile: EdgeProfile,
        source: ConfigurationSource,
        _ report: inout ConfigurationReport
    ) async throws(TenantConfigurationError) -> TenantDirectory {
        var rules = TenantRules(profile: profile)
        var checked: [(configuration: TenantConfiguration, verifier: TokenVerifier?)] = []
        for (file, configuration) in found {
            report.file = file
            rules.check(configuration, &report)
            var verifier: TokenVerifier?
            if let jwt = configuration.jwt {
                verifier = await TokenVerifier.make(jwt, folder: folder, source: source, &report)
            }
            checked.append((configuration, verifier))
        }
        try report.throwIfWrong()
        let tenants = checked.map { Tenant(configuration: $0.configuration, verifier: $0.verifier) }
        return TenantDirectory(checked: tenants, warnings: report.warnings)
    }

    private static func parse(_ bytes: [UInt8]?, _ report: inout ConfigurationReport) -> JSONValue? {
        guard let bytes else {
            report.mistake("", "cannot be read; check its permissions")
            return nil
        }
        guard bytes.count <= largestFile else {
            report.mistake("", "is larger than \(largestFile) bytes")
            return nil
        }
        do {
            return try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
        } catch {
            // The decoder's description may quote what it read, and that may be a key.
            report.mistake("", "is not valid JSON")
            return nil
        }
    }
}
