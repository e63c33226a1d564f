import FoundationEssentials
import RoostRuntime
import RoostWrangler
import Testing

/// The folder `wrangler-compat` of this repository.
///
/// A case is a configuration, or a folder of several that are deployed together, and beside it what is expected of it:
///
///     chat.toml                    the configuration
///     chat.dev.vars                its variables, if it has some
///     chat.expected.json           the deployment it gives at the top level, or
///     chat.expected.txt            what is found in it, when it cannot be used
///     chat@staging.expected.json   the same for the environment `staging`
///     shop/a.toml, shop/b.toml     configurations that are deployed together
///     shop.expected.json           the deployment they give
enum CompatFolder {
    /// One expectation.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let environment: String?
        /// The file to compare with, without its ending.
        let expected: String
        var testDescription: String { environment.map { "\(name)@\($0)" } ?? name }
    }

    static let root: String = {
        var parts = #filePath.split(separator: "/")
        parts.removeLast(4)
        return "/" + parts.joined(separator: "/") + "/wrangler-compat"
    }()

    static let fixtures = root + "/fixtures"

    private static let endings = [".toml", ".jsonc", ".json"]

    static func text(_ path: String) -> String? {
        try? String(contentsOfFile: path, encoding: .utf8)
    }

    static func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }

    /// Every case: one per configuration, and one more per expectation for an environment.
    static let cases: [Case] = {
        let names = Self.names(in: fixtures)
        let expectations = names.filter { $0.contains(".expected.") }.map { String($0.prefix { $0 != "." }) }
        var found: [Case] = []
        for name in names where !name.contains(".expected.") && !name.hasSuffix(".dev.vars") {
            let stem = String(name.prefix { $0 != "." })
            found.append(Case(name: stem, environment: nil, expected: stem))
            for other in expectations where other.hasPrefix(stem + "@") {
                let environment = String(other.dropFirst(stem.count + 1))
                found.append(Case(name: stem, environment: environment, expected: other))
            }
        }
        return found
    }()

    /// The configurations of a case: its own file, or all files of its folder.
    static func files(of name: String) -> [String] {
        for ending in endings where FileManager.default.fileExists(atPath: "\(fixtures)/\(name)\(ending)") {
            return [name + ending]
        }
        return names(in: "\(fixtures)/\(name)").filter { file in endings.contains { file.hasSuffix($0) } }
            .map { "\(name)/\($0)" }
    }

    /// All configurations as text, for tests that twist them.
    static let sources: [(name: String, text: String)] = {
        Set(cases.map(\.name)).sorted().flatMap(files).compactMap { file in
            text("\(fixtures)/\(file)").map { (file, $0) }
        }
    }()
}
