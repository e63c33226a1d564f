import FoundationEssentials
import Glibc

/// A directory of one test, gone after it.
struct TemporaryDirectory: Sendable {
    private let root: String

    struct Failure: Error {}

    /// Makes a directory, runs `body`, and removes the directory with everything in it.
    static func with<R>(_ body: (TemporaryDirectory) async throws -> R) async throws -> R {
        var template = Array("/tmp/roost-integration-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw Failure() }
        let directory = TemporaryDirectory(root: String(cString: made))
        defer { try? FileManager.default.removeItem(atPath: directory.root) }
        return try await body(directory)
    }

    func path(_ name: String) -> String { "\(root)/\(name)" }

    /// Whether there is a file or folder of this name.
    func contains(_ name: String) -> Bool { access(path(name), F_OK) == 0 }

    /// Writes a file and returns its path; folders in its name are made.
    func write(_ text: String, to name: String) throws -> String {
        let path = path(name)
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8)) else { throw Failure() }
        return path
    }
}
