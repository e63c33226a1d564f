import Glibc

/// A running `roost serve` on a port of the system's choice.
struct RoostServer: Sendable {
    struct DidNotStart: Error, CustomStringConvertible {
        let ending: ChildProcess.Ending
        let output: String
        var description: String { "The server did not start (\(ending)): \(output)" }
    }

    let process: ChildProcess
    /// The address of the server, without a path.
    let url: String

    /// How a server is started.
    struct Settings: Sendable {
        var directory: TemporaryDirectory
        var tenants: String?
        var environment: [String: String] = [:]
        /// Where in the directory the data are.
        var folder = "data"
        /// Further flags; of two that contradict each other the last one counts.
        var more: [String] = []

        var arguments: [String] {
            var arguments = ["serve", "--port", "0", "--data", directory.path(folder), "--log-level", "warning"]
            if let tenants { arguments += ["--tenants", tenants] }
            return arguments + more
        }

        func spawn() throws -> ChildProcess {
            try ChildProcess(
                RoostBinary.path,
                arguments,
                environment: RoostBinary.environment.merging(environment) { _, new in new }
            )
        }
    }

    /// Starts a server, runs `body` once it is ready, and kills it if it still runs afterwards.
    static func running<R: Sendable>(
        _ settings: Settings,
        _ body: (RoostServer) async throws -> R
    ) async throws -> R {
        let process = try settings.spawn()
        return try await withTaskCancellationHandler {
            let result: Result<R, any Error>
            do {
                result = .success(try await body(RoostServer(process: process, url: try await ready(process))))
            } catch {
                result = .failure(error)
            }
            await process.stop()
            return try result.get()
        } onCancel: {
            process.send(SIGKILL)
        }
    }

    private static func ready(_ process: ChildProcess) async throws -> String {
        guard
            let line = await process.standardOutput.first(containing: "Roost is ready on "),
            let url = line.split(separator: " ").first(where: { $0.hasPrefix("http://") })
        else {
            process.send(SIGKILL)
            throw DidNotStart(ending: await process.waitForEnd(), output: await process.standardError.rest())
        }
        return String(url)
    }
}
