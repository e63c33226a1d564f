import FoundationEssentials
import Glibc

extension ConfigurationSource {
    /// The machine's own files and this process's environment.
    package static let live = ConfigurationSource(
        environment: { name in getenv(name).map { String(cString: $0) } },
        files: { try? FileManager.default.contentsOfDirectory(atPath: $0) },
        contents: { FileManager.default.contents(atPath: $0).map(Array.init) },
        keySet: RemoteKeySet.overHTTP
    )
}
