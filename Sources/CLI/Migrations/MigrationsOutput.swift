import ArgumentParser
import Glibc
import RoostGateway
import RoostRuntime
import RoostStorage

/// How the commands of `roost migrations` end when they cannot do their work.
enum MigrationsOutput {
    /// Runs a command's work and turns what it throws into the end of the process.
    static func reporting<R>(_ body: () throws -> R) throws -> R {
        // Past the limit on the size of a file, writing shall fail like on a full disk, not end the process.
        signal(SIGXFSZ, SIG_IGN)
        do {
            return try body()
        } catch let error as ConfiguredDeployment.Failure {
            StandardErrorSink().write(error.message)
            throw ExitCode(ConfiguredDeployment.Failure.status)
        } catch let error as StorageError {
            StandardErrorSink().write("roost: \(error.message)")
            throw ExitCode(StoreFailure.status(of: error.code))
        } catch let error as MigrationError {
            StandardErrorSink().write("roost: \(error.message)")
            throw ExitCode(error.underlying.map { StoreFailure.status(of: $0.code) } ?? 1)
        }
    }

    /// Prints a finding of the reader where it does not mix with what is asked for.
    static func print(findings: [String]) {
        for finding in findings { StandardErrorSink().write(finding) }
    }
}
