import Logging
import RoostGateway
import RoostObjects
import RoostRuntime

/// Which classes the server has: those of the configurations named with `--config`, then its own.
///
/// A class that a configuration names is the Swift class compiled in under that name, with the objects of the
/// configuration's script; what no configuration names has its objects in the script `roost`.
struct ServeDeployment {
    /// The scripts, the server's own last.
    let deployment: Deployment
    let findings: [String]
    /// The configurations, for messages.
    let files: [String]
    let environment: String?
    /// Whether pending migrations are applied in the production profile as well.
    let migrates: Bool
    /// Classes that may be deleted with their objects.
    let allowedDeletions: Set<String>

    init(
        files: [String],
        environment: String?,
        migrates: Bool,
        allowedDeletions: Set<String>
    ) throws(ConfiguredDeployment.Failure) {
        var scripts: [DeployedScript] = []
        var findings: [String] = []
        if !files.isEmpty {
            let wanted = try ConfiguredDeployment.load(files, environment: environment)
            scripts = wanted.deployment.scripts
            findings = wanted.findings
        }
        deployment = Deployment(scripts: scripts + [try ConfiguredDeployment.own()])
        self.findings = findings
        self.files = files
        self.environment = environment
        self.migrates = migrates
        self.allowedDeletions = allowedDeletions
    }

    /// Brings the store to it and registers the classes.
    ///
    /// - Throws: ``ServeFailure``.
    func apply(
        to roost: Roost,
        profile: EdgeProfile,
        dataDirectory: String,
        _ logger: Logger
    ) throws(ServeFailure) {
        for finding in findings { logger.warning("configuration: \(finding)") }
        do throws(MigrationError) {
            let plan = try roost.deploy(
                deployment,
                classes: EdgeClasses.all,
                pending: profile == .production && !migrates ? .refuse : .apply,
                allowingDeletionOf: allowedDeletions
            )
            let level: Logger.Level = plan.touchesData ? .notice : .info
            for step in plan.steps { logger.log(level: level, "class migration applied: \(step)") }
            if !plan.deletedClasses.isEmpty {
                logger.log(level: level, "what deleted classes held is removed while the server runs")
            }
            for notice in plan.notices { logger.info("class migrations: \(notice)") }
        } catch {
            throw ServeFailure(migrations: error, commands: commands(dataDirectory))
        }
    }

    /// What applies what is pending, line by line.
    private func commands(_ dataDirectory: String) -> [String] {
        var commands = ["roost migrations apply --data \(dataDirectory)"]
        if !files.isEmpty {
            let configurations = files.map { " --config \($0)" }.joined()
            let name = environment.map { " --env \($0)" } ?? ""
            commands.append("roost migrations apply --data \(dataDirectory)\(configurations)\(name)")
        }
        return commands
    }
}
