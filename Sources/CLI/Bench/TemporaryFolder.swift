import FoundationEssentials
import Glibc

/// A folder for the files of one run, removed at its end.
struct TemporaryFolder {
    private let root: String

    struct Failure: Error, CustomStringConvertible {
        let directory: String
        var description: String { "Cannot make a temporary folder in \(directory)." }
    }

    init(in directory: String) throws {
        var template = Array("\(directory)/.roost-bench-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw Failure(directory: directory) }
        root = String(cString: made)
    }

    func path(_ name: String) -> String { "\(root)/\(name)" }

    func remove() { try? FileManager.default.removeItem(atPath: root) }
}
