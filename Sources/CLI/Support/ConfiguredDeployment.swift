import FoundationEssentials
import RoostObjects
import RoostRuntime
import RoostWrangler

/// The deployment that the command line asks for.
struct ConfiguredDeployment {
    /// The scripts of the configurations that were named; without any, the edge service's own.
    let deployment: Deployment
    /// What the reader found odd, or without effect.
    let findings: [String]

    /// A configuration that cannot be used.
    struct Failure: Error {
        /// Everything that was found, in all files.
        let findings: [String]

        /// The exit status: `EX_CONFIG`.
        static let status: Int32 = 78

        /// The lines for standard error.
        var message: String {
            (["roost: The configuration cannot be used:"] + findings.map(Self.indented)).joined(separator: "\n")
        }

        private static func indented(_ finding: String) -> String {
            finding.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }.joined(separator: "\n")
        }
    }

    /// Whether a file named with `--config` is a deployment: `wrangler.toml`, `wrangler.jsonc`, a folder.
    ///
    /// Everything else is a file of settings.
    static func isDeployment(_ path: String) -> Bool {
        let name = path.split(separator: "/").last ?? ""
        if name.hasSuffix(".toml") || name.hasSuffix(".jsonc") || name.hasPrefix("wrangler.") { return true }
        var isFolder = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder
    }

    /// Reads configurations, all of them even after a mistake.
    static func load(_ paths: [String], environment: String?) throws(Failure) -> ConfiguredDeployment {
        var scripts: [DeployedScript] = []
        var findings: [String] = []
        var isUsable = true
        for path in paths {
            do {
                let configuration = try WranglerConfiguration.load(path: path, environment: environment)
                scripts.append(configuration.script)
                findings += configuration.findings.map(\.description)
            } catch {
                isUsable = false
                findings += error.findings.map(\.description)
            }
        }
        guard isUsable else { throw Failure(findings: findings) }
        if paths.isEmpty { scripts = [try own()] }
        return ConfiguredDeployment(deployment: Deployment(scripts: scripts), findings: findings)
    }

    /// The edge service's own script, from the history that is compiled in.
    static func own() throws(Failure) -> DeployedScript {
        do {
            return try WranglerConfiguration.read(EdgeClasses.history, fileName: "classes.toml").script
        } catch {
            throw Failure(findings: error.findings.map(\.description))
        }
    }
}
