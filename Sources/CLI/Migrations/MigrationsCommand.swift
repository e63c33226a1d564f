import ArgumentParser

/// `roost migrations`: what became of the classes, what is to become of them, and doing it.
struct MigrationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrations",
        abstract: "Plan and apply class migrations: new, renamed, deleted and transferred classes.",
        discussion: """
            A configuration says which classes there are to be (`wrangler.toml`, `wrangler.json`, `wrangler.jsonc`); \
            the store remembers which migrations it has had. Without --config it is about the classes of `roost serve` \
            itself, whose history is compiled in.

            `plan`, `list` and `status` look at the data whether or not a server has them, and change nothing. \
            `apply` needs them for itself. All migrations are applied in one transaction: whenever the process ends, \
            nothing was done or everything.

            EXIT STATUS
              0    done; for `status`: nothing is pending
              1    something stands in the way, or objects would be lost; for `status`: something is pending
              64   a flag or an argument is wrong
              65   the data are damaged, or were written by a newer version
              66   there is no store in the directory (`list` and `status`)
              73   the directory holds something else, or may not be written
              74   the disk failed or is full
              75   the data are in use by a server
              78   a configuration is wrong
            """,
        subcommands: [
            MigrationsPlanCommand.self, MigrationsApplyCommand.self, MigrationsListCommand.self,
            MigrationsStatusCommand.self,
        ]
    )
}

/// What all of them take.
struct MigrationsOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A configuration, or a folder with one; may be given several times.",
            valueName: "file"
        )
    )
    var config: [String] = []

    @Option(help: ArgumentHelp("The environment of the configurations.", valueName: "name"))
    var env: String?

    @OptionGroup var location: StoreLocation

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        if env != nil, config.isEmpty { throw ValidationError("--env needs --config.") }
    }

    /// Reads the configurations, or ends the process with everything that is wrong with them.
    func load() throws -> ConfiguredDeployment {
        try MigrationsOutput.reporting { try ConfiguredDeployment.load(config, environment: env) }
    }
}

/// Which classes may be lost.
struct AllowedDeletions: ParsableArguments {
    @Option(
        name: .customLong("allow-delete"),
        help: ArgumentHelp(
            "Let this class be deleted with all its objects; may be given several times.",
            valueName: "class"
        )
    )
    var names: [String] = []
}
