import ArgumentParser
import RoostGateway

/// The `roost` command.
@main
struct RoostCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "roost",
        abstract: "Named, durable, single-threaded objects behind an HTTP server.",
        discussion: """
            Start with `roost serve`, then talk to it:

              curl -H 'x-tenant-id: alpha' -H 'content-type: application/json' \\
                   -d '{"message":"Hello"}' http://127.0.0.1:8787/chat
            """,
        version: RoostVersion.text,
        subcommands: [
            ServeCommand.self, MigrationsCommand.self, StoreCommand.self, BenchCommand.self, SimulateCommand.self,
            TortureCommand.self,
            TortureWorkerCommand.self, VersionCommand.self,
        ]
    )
}

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    func run() { print("roost \(RoostVersion.text)") }
}
