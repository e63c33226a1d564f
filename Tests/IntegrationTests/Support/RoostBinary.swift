import Glibc

/// The `roost` that was built together with these tests.
enum RoostBinary {
    /// Its path: it lies beside the test bundle, which is the running program.
    static let path: String = {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let own = String(decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        return own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") + "/roost"
    }()

    /// What the program needs of this process's environment; nothing else reaches it, so that no key of the person
    /// who runs the tests does.
    static var environment: [String: String] {
        var environment: [String: String] = [:]
        for name in ["PATH", "LD_LIBRARY_PATH"] {
            if let value = getenv(name) { environment[name] = String(cString: value) }
        }
        return environment
    }

    /// Runs it to its end.
    static func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> ChildProcess.Outcome {
        try await ChildProcess.run(
            path,
            arguments,
            environment: Self.environment.merging(environment) { _, new in new }
        )
    }
}
