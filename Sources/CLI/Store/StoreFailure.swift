import ArgumentParser
import Glibc
import RoostGateway
import RoostStorage

/// How the commands of `roost store` end when they cannot do their work: a sentence, and a status of `sysexits.h`.
enum StoreFailure {
    /// Runs a command's work and turns what it throws into the end of the process.
    static func reporting<R>(_ body: () throws(StorageError) -> R) throws -> R {
        // Past the limit on the size of a file, writing shall fail like on a full disk, not end the process.
        signal(SIGXFSZ, SIG_IGN)
        do throws(StorageError) {
            return try body()
        } catch {
            StandardErrorSink().write("roost: \(error.message)")
            throw ExitCode(status(of: error.code))
        }
    }

    static func status(of code: StorageError.Code) -> Int32 {
        switch code {
        case .corruption, .newerFormat: 65
        case .notFound: 66
        case .foreignDirectory, .readOnly: 73
        case .inUse, .overloaded: 75
        default: 74
        }
    }
}
