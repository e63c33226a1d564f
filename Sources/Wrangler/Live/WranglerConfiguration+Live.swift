import FoundationEssentials
import Glibc
import RoostRuntime

extension WranglerConfiguration {
    /// The names a configuration may have in its folder, in the order in which the origin looks for them.
    static let fileNames = ["wrangler.json", "wrangler.jsonc", "wrangler.toml"]

    /// Reads a configuration from the disk, and the `.dev.vars` beside it.
    ///
    /// `.dev.vars.NAME` stands in for `.dev.vars` when it exists and the environment `NAME` is asked for.
    ///
    /// - Parameters:
    ///   - path: A configuration file, or a folder that has one.
    ///   - environment: The environment to read it for; nil for the top level.
    /// - Throws: ``WranglerError`` with all findings, among them that there is no such file.
    public static func load(
        path: String,
        environment: String? = nil
    ) throws(WranglerError) -> WranglerConfiguration {
        let file = try find(path)
        let folder = file.contains("/") ? String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)]) : "."
        var names = [".dev.vars"]
        if let environment { names.insert(".dev.vars.\(environment)", at: 0) }
        let name = names.first { exists("\(folder)/\($0)") }
        let variables = try name.map { name throws(WranglerError) in
            (bytes: try contents("\(folder)/\(name)", shown: "\(folder)/\(name)"), fileName: "\(folder)/\(name)")
        }
        return try read(
            bytes: try contents(file, shown: file),
            fileName: file,
            environment: environment,
            variables: variables
        )
    }

    private static func find(_ path: String) throws(WranglerError) -> String {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw failure("There is no \(path).")
        }
        guard isFolder else { return path }
        for name in fileNames where exists("\(path)/\(name)") { return "\(path)/\(name)" }
        throw failure("There is none of \(fileNames.joined(separator: ", ")) in \(path).")
    }

    private static func exists(_ path: String) -> Bool {
        var isFolder = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder
    }

    /// The bytes of a file, but never more than one too many: then reading says that it is too large.
    private static func contents(_ path: String, shown: String) throws(WranglerError) -> [UInt8] {
        guard let file = fopen(path, "r") else { throw failure("The file \(shown) cannot be read.") }
        defer { fclose(file) }
        let limit = WranglerLimits.fileBytes + 1
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            count = fread(buffer.baseAddress, 1, limit, file)
        }
        guard ferror(file) == 0 else { throw failure("The file \(shown) cannot be read.") }
        return bytes
    }

    private static func failure(_ message: String) -> WranglerError {
        WranglerError(findings: [WranglerFinding(.error, message, location: nil)])
    }
}
