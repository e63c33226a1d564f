import ArgumentParser
import RoostGateway

/// `roost serve`: reads the settings and runs the server until it is asked to stop.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the server.",
        discussion: """
            Settings come from the configuration file, then from the environment (ROOST_PORT, OPENAI_API_KEY, …), then \
            from the flags; each overrules what came before.

            --config takes settings (JSON) and deployments: wrangler.toml, wrangler.json, wrangler.jsonc, or a folder \
            with one. A class that a deployment names is the class of that name compiled in. Pending class migrations \
            are applied at the start, in the production profile only with --migrate (see `roost migrations`).

            SIGTERM and SIGINT stop it in good order: no new connections, requests and streams under way may end \
            within the drain limit (ROOST_DRAIN_SECONDS, 30). A second signal ends it at once. Whatever was \
            acknowledged is on the disk in either case.

            EXIT STATUS
              0         stopped in good order
              64        a flag is wrong
              65        the data are damaged, or were written by a newer version
              69        the address cannot be listened on
              70        an error inside the server
              73        the data directory holds something else, or may not be written
              74        the disk failed
              75        the data directory is in use by another process
              78        the configuration is wrong, or class migrations stand in the way
              130, 143  ended at once by a second SIGINT or SIGTERM
            """
    )

    @Option(
        help: ArgumentHelp(
            "Read settings from this JSON file, or classes from this wrangler file; may be given several times.",
            valueName: "file"
        )
    )
    var config: [String] = []

    @Option(help: ArgumentHelp("The environment of the wrangler files.", valueName: "name"))
    var env: String?

    @Flag(help: "Apply pending class migrations in the production profile as well.")
    var migrate = false

    @OptionGroup var deletions: AllowedDeletions

    @Option(help: "Listen on this address. (default: 127.0.0.1)")
    var host: String?

    @Option(help: "Listen on this port; 0 lets the system choose one. (default: 8787)")
    var port: Int?

    @Option(help: ArgumentHelp("Keep the data in this directory. (default: .roost)", valueName: "directory"))
    var data: String?

    @Option(help: ArgumentHelp("Read the tenants from the *.json files of this directory.", valueName: "directory"))
    var tenants: String?

    @Option(help: "How strict to be: development or production. (default: development)")
    var profile: String?

    @Option(help: ArgumentHelp("Log from this level on: trace, debug, info, … (default: info)", valueName: "level"))
    var logLevel: String?

    @Flag(help: "Keep the data in memory only; they are gone at the end.")
    var ephemeral = false

    private var deploymentFiles: [String] { config.filter(ConfiguredDeployment.isDeployment) }

    func validate() throws {
        if env != nil, deploymentFiles.isEmpty { throw ValidationError("--env needs a wrangler file (--config).") }
        guard config.count - deploymentFiles.count <= 1 else {
            throw ValidationError("--config takes one file of settings; the others must be wrangler files.")
        }
    }

    func run() async throws {
        do {
            let configuration = try EdgeConfiguration.load(arguments)
            let deployment = try ServeDeployment(
                files: deploymentFiles,
                environment: env,
                migrates: migrate,
                allowedDeletions: Set(deletions.names)
            )
            let tenants = try await TenantDirectory.load(
                directory: configuration.tenantsDirectory,
                profile: configuration.profile
            )
            try await ServeProcess(configuration: configuration, tenants: tenants, deployment: deployment).run()
        } catch {
            let failure = ServeFailure(error)
            StandardErrorSink().write(failure.message)
            throw ExitCode(failure.status)
        }
    }

    private var arguments: EdgeArguments {
        var arguments = EdgeArguments()
        arguments.configurationFile = config.first { !ConfiguredDeployment.isDeployment($0) }
        arguments.host = host
        arguments.port = port
        arguments.dataDirectory = data
        arguments.tenantsDirectory = tenants
        arguments.profile = profile
        arguments.logLevel = logLevel
        arguments.isEphemeral = ephemeral
        return arguments
    }
}
