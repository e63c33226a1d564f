import FoundationEssentials
import Testing

/// What no compiler checks: the rules of the repository that concern its own text.
struct TidyTests {
    private static let root = repositoryRoot()

    @Test func `non-determinism stands in adapters only`() throws {
        let banned = [
            "Task.sleep", "Task.yield", "Date()", "ContinuousClock", "SuspendingClock", "SystemRandomNumberGenerator",
            "UUID()", ".random(in:", "DispatchTime.now", "CLOCK_REALTIME", "CLOCK_MONOTONIC",
        ]
        for file in try Self.files(under: "Sources", endings: [".swift"]) where !Self.isAdapter(file.path) {
            for (number, line) in file.code {
                for word in banned where line.contains(word) {
                    Issue.record("\(file.path):\(number): `\(word)` stands outside an adapter. Inject it.")
                }
            }
        }
    }

    @Test func `modules import only what the layout allows`() throws {
        let allowed: [String: Set<String>] = [
            "Storage": [],
            "Runtime": ["RoostStorage"],
            "Objects": ["RoostRuntime"],
            "Wrangler": ["RoostRuntime"],
            "Gateway": ["RoostObjects", "RoostRuntime"],
        ]
        for file in try Self.files(under: "Sources", endings: [".swift"]) {
            let module = file.path.split(separator: "/")[1]
            guard let permitted = allowed[String(module)] else { continue }
            for (number, line) in file.code {
                guard let name = Self.importedModule(line), name.hasPrefix("Roost"), !permitted.contains(name) else {
                    continue
                }
                Issue.record("\(file.path):\(number): \(module) must not import \(name).")
            }
        }
    }

    @Test func `deployments are plain values, and whoever reads configurations knows nothing else`() throws {
        let allowed: [String: Set<String>] = [
            "Sources/Runtime/Deployment": ["RoostStorage"],
            "Sources/Wrangler": ["RoostRuntime", "FoundationEssentials", "Glibc"],
        ]
        for (folder, names) in allowed {
            for file in try Self.files(under: folder, endings: [".swift"]) {
                for (number, line) in file.code {
                    guard let name = Self.importedModule(line) else { continue }
                    let isDisk = name == "FoundationEssentials" || name == "Glibc"
                    if !names.contains(name) || (isDisk && !file.path.contains("/Live/")) {
                        Issue.record("\(file.path):\(number): \(folder) must not import \(name).")
                    }
                }
            }
        }
    }

    @Test func `storage and runtime know neither NIO nor Foundation, and nobody needs all of Foundation`() throws {
        for file in try Self.files(under: "Sources", endings: [".swift"]) {
            let isCore = file.path.hasPrefix("Sources/Storage/") || file.path.hasPrefix("Sources/Runtime/")
            for (number, line) in file.code {
                guard let name = Self.importedModule(line) else { continue }
                if name == "Foundation" { Issue.record("\(file.path):\(number): import FoundationEssentials instead.") }
                if isCore, name.hasPrefix("NIO") || name.hasPrefix("Hummingbird") {
                    Issue.record("\(file.path):\(number): the core does not import \(name).")
                }
                if file.path.hasPrefix("Sources/Storage/"), name == "FoundationEssentials" {
                    Issue.record("\(file.path):\(number): the store does without Foundation.")
                }
            }
        }
    }

    @Test func `no source is unfinished or unsafe in disguise`() throws {
        let banned = ["TODO", "FIXME", "XXX:", "fatalError()", "try!", " as! "]
        for file in try Self.files(under: "Sources", endings: [".swift", ".c", ".h"]) {
            for (number, line) in file.lines {
                for word in banned where line.contains(word) {
                    Issue.record("\(file.path):\(number): `\(word)`")
                }
            }
        }
    }

    @Test func `every unchecked promise gives its reason`() throws {
        for file in try Self.files(under: "Sources", endings: [".swift"]) {
            for (index, (number, line)) in file.lines.enumerated()
            where line.contains("@unchecked Sendable") || line.contains("nonisolated(unsafe)") {
                let around = file.lines[max(0, index - 6)..<min(file.lines.count, index + 4)]
                if !around.contains(where: { $0.1.contains("//") }) {
                    Issue.record("\(file.path):\(number): say why this is safe.")
                }
            }
        }
    }

    @Test func `files are small and lines are short`() throws {
        for file in try Self.files(under: "Sources", endings: [".swift"]) {
            if file.lines.count > 1_000 { Issue.record("\(file.path) has \(file.lines.count) lines.") }
            // A sentence for people may stand on one line.
            for (number, line) in file.lines where line.count > 120 && !line.contains("\"") {
                Issue.record("\(file.path):\(number) has \(line.count) characters.")
            }
        }
    }

    @Test func `nothing speaks of the machine it was written on`() throws {
        let endings = [".swift", ".md", ".c", ".h", ".yml", ".json", ".toml", "Makefile", ".ci/run"]
        let banned = ["/wo" + "rk/", "/opt" + "/swift", "/ro" + "ot/"]
        for folder in ["Sources", "Tests", "docs", "wrangler-compat", "."] {
            for file in try Self.files(under: folder, endings: endings, recursive: folder != ".") {
                for (number, line) in file.lines {
                    for word in banned where line.contains(word) {
                        Issue.record("\(file.path):\(number): a path of one machine, `\(word)`")
                    }
                }
            }
        }
    }

    // MARK: Reading the repository

    private struct File {
        let path: String
        let lines: [(Int, String)]

        /// The lines without comments.
        var code: [(Int, String)] {
            lines.compactMap { number, line in
                let trimmed = line.drop { $0 == " " }
                guard !trimmed.hasPrefix("//") else { return nil }
                return (number, line)
            }
        }
    }

    private static func isAdapter(_ path: String) -> Bool {
        path.contains("/Live/") || path.contains("/Live") || path.contains("+Live.swift")
            || path.hasPrefix("Sources/CLI/") || path == "Sources/Storage/Support/SystemTime.swift"
    }

    private static func importedModule(_ line: String) -> String? {
        let words = line.split(separator: " ")
        guard let place = words.firstIndex(of: "import"), place < 3, words.count > place + 1 else { return nil }
        return String(words[words.count - 1].prefix { $0 != "." })
    }

    private static func files(under folder: String, endings: [String], recursive: Bool = true) throws -> [File] {
        var found: [File] = []
        let base = root + "/" + folder
        let names = try FileManager.default.contentsOfDirectory(atPath: base).sorted()
        for name in names where !name.hasPrefix(".build") && name != ".git" {
            let path = base + "/" + name
            var isDirectory = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { continue }
            if isDirectory {
                if recursive { found += try files(under: folder + "/" + name, endings: endings) }
            } else if endings.contains(where: { name.hasSuffix($0) }) {
                let text = try String(contentsOfFile: path, encoding: .utf8)
                let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
                found.append(
                    File(
                        path: folder + "/" + name,
                        lines: lines.enumerated().map { ($0.offset + 1, String($0.element)) }
                    )
                )
            }
        }
        return found
    }

    private static func repositoryRoot() -> String {
        var parts = #filePath.split(separator: "/")
        parts.removeLast(3)
        return "/" + parts.joined(separator: "/")
    }
}
