import Glibc
import NIOCore
import RoostGateway
import RoostRuntime
import RoostStorage

/// Why the server did not start or did not go on: what a person reads, and what a supervisor acts upon.
///
/// The statuses are those of `sysexits.h`; the help of `roost serve` lists them.
struct ServeFailure: Error {
    /// One or more whole lines for standard error.
    let message: String
    /// The exit status of the process.
    let status: Int32

    init(_ message: String, status: Int32) {
        self.message = "roost: \(message)"
        self.status = status
    }

    /// Makes a failure of whatever ended the server.
    init(_ error: any Error) {
        switch error {
        case let failure as ServeFailure: self = failure
        case let error as EdgeConfigurationError: self.init(configuration: error)
        case let error as ConfiguredDeployment.Failure:
            self.init(Self.list("the configuration", error.findings), status: Self.configuration)
        case let error as TenantConfigurationError:
            self.init(Self.list("the tenants", error.problems.map(\.description)), status: Self.configuration)
        case let error as StorageError: self.init(error.message, status: Self.status(of: error.code))
        case let error as RoostError: self.init(error.message, status: Self.software)
        default: self.init("The server ended with an error: \(error)", status: Self.software)
        }
    }

    /// A failure to listen on an address.
    init(listeningOn address: String, _ error: any Error) {
        let reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
        self.init(
            "Cannot listen on \(address): \(reason). Choose another address with --host and --port.",
            status: Self.unavailable
        )
    }

    /// Class migrations that stand in the way of the start.
    ///
    /// - Parameter commands: What would apply those that are pending.
    init(migrations error: MigrationError, commands: [String]) {
        switch error.code {
        case .pending:
            let lines = commands.map { "  \($0)" }.joined(separator: "\n")
            self.init(
                "\(error.message)\n\(lines)\nA start with --migrate applies them as well.",
                status: Self.configuration
            )
        case .storeFailed:
            self.init(error.message, status: error.underlying.map { Self.status(of: $0.code) } ?? Self.software)
        default: self.init(error.message, status: Self.configuration)
        }
    }

    private init(configuration error: EdgeConfigurationError) {
        // A mistake made on the command line alone is one of usage; the file and the environment are configuration.
        let isUsage = error.problems.allSatisfy { $0.name.hasPrefix("--") }
        let lines = error.problems.map(\.description)
        self.init(
            Self.list(isUsage ? "the command line" : "the configuration", lines),
            status: isUsage ? Self.usage : EdgeConfigurationError.exitStatus
        )
    }

    private static func list(_ place: String, _ problems: [String]) -> String {
        let count = problems.count == 1 ? "There is a mistake" : "There are \(problems.count) mistakes"
        return (["\(count) in \(place):"] + problems.map { "  \($0)" }).joined(separator: "\n")
    }

    private static func status(of code: StorageError.Code) -> Int32 {
        switch code {
        case .inUse: temporary
        case .foreignDirectory, .readOnly: cannotCreate
        case .newerFormat, .corruption: data
        default: inputOutput
        }
    }

    private static let usage: Int32 = 64
    private static let data: Int32 = 65
    private static let unavailable: Int32 = 69
    private static let software: Int32 = 70
    private static let cannotCreate: Int32 = 73
    private static let inputOutput: Int32 = 74
    private static let temporary: Int32 = 75
    private static let configuration: Int32 = 78
}
