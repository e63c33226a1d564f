import FoundationEssentials
import RoostRuntime
import RoostWrangler
import Testing

/// Configurations on the disk.
struct LoadingTests {
    private static func folder(_ files: [String: String]) throws -> String {
        let path = FileManager.default.temporaryDirectory.path + "/roost-wrangler-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, text) in files { try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8) }
        return path
    }

    @Test func `a folder's configuration is found in the origin's order, with its variables`() throws {
        let path = try Self.folder([
            "wrangler.toml": "name = 'toml'", "wrangler.jsonc": #"{ "name": "jsonc", "env": { "staging": {} } }"#,
            ".dev.vars": "A=1", ".dev.vars.staging": "A=2",
        ])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let found = try WranglerConfiguration.load(path: path)
        #expect(found.script.name == "jsonc")
        #expect(found.script.variables == ["A": .string("1")])
        let staging = try WranglerConfiguration.load(path: path, environment: "staging")
        #expect(staging.script.variables == ["A": .string("2")])
        let named = try WranglerConfiguration.load(path: path + "/wrangler.toml")
        #expect(named.script.name == "toml")
    }

    @Test func `what is not there is told`() throws {
        let path = try Self.folder([:])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let empty = #expect(throws: WranglerError.self) { try WranglerConfiguration.load(path: path) }
        #expect(
            empty?.description == "error: There is none of wrangler.json, wrangler.jsonc, wrangler.toml in \(path)."
        )
        let missing = #expect(throws: WranglerError.self) { try WranglerConfiguration.load(path: path + "/x.toml") }
        #expect(missing?.description == "error: There is no \(path)/x.toml.")
    }

    @Test func `a file that is too large is refused without reading it`() throws {
        let path = try Self.folder(["wrangler.toml": String(repeating: "#", count: WranglerLimits.fileBytes + 1)])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let error = #expect(throws: WranglerError.self) { try WranglerConfiguration.load(path: path) }
        #expect(error?.description == "\(path)/wrangler.toml:1:1: error: The file has more than 1048576 bytes.")
    }
}
