import RoostRuntime
import Testing

@testable import RoostWrangler

/// Twisted configurations: whatever comes in, something sensible comes out, and soon.
struct FuzzTests {
    /// A small generator with a seed, so that a failure can be repeated.
    private struct Random: RandomNumberGenerator {
        private let source: SeededRandomSource

        init(seed: UInt64) { source = SeededRandomSource(seed: seed) }

        mutating func next() -> UInt64 { source.next() }

        mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(1, limit))) }

        mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
    }

    private static let tokens = [
        "[", "]", "[[", "]]", "{", "}", "\"", "'", "\"\"\"", "'''", "=", ".", ",", ":", "#", "//", "/*", "*/", "\\",
        "\n", "\r\n",
        "\\u00", "\\uD800", "\\U0010FFFF", "\0", "\u{1}", "\u{FEFF}", "é", "😀", "-", "+", "_", "0x", "1e999", "-0",
        "inf", "nan",
        "1979-05-27T07:32:00Z", "07:32", "true", "null", "migrations", "exports", "durable_objects", "bindings", "env",
        "[exports.A]", "[[migrations]]", "[env.staging]", "tag = 1\n", "\"state\": \"renamed\",", "script_name", "vars",
        "renamed_classes", "transferred_classes = [{}]", "new_classes = [[]]", "\"type\": \"durable-object\",", "null,",
        "[],", "{},",
    ]

    private static func mutate(_ source: [UInt8], _ sources: [[UInt8]], _ random: inout Random) -> [UInt8] {
        var bytes = source
        for _ in 0...random.below(5) {
            let start = random.below(bytes.count + 1)
            let end = min(bytes.count, start + random.below(24))
            switch random.below(8) {
            case 0: bytes.removeSubrange(start..<end)
            case 1: bytes.insert(contentsOf: Array(random.pick(tokens).utf8), at: start)
            case 2: bytes.replaceSubrange(start..<end, with: Array(random.pick(tokens).utf8))
            case 3 where start < bytes.count: bytes[start] = UInt8(truncatingIfNeeded: random.next())
            case 4: bytes.insert(contentsOf: Array(bytes[start..<end]), at: random.below(bytes.count + 1))
            case 5:
                let other = random.pick(sources)
                let from = random.below(other.count)
                bytes.insert(contentsOf: other[from..<min(other.count, from + random.below(200))], at: start)
            case 6: bytes.removeSubrange(start...)
            default:
                let token = Array(random.pick(tokens).utf8)
                bytes.insert(contentsOf: (0..<random.below(80)).flatMap { _ in token }, at: start)
            }
        }
        return bytes
    }

    /// How many documents each seed tries.
    private static let rounds = 1_000

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `twisted configurations are read or refused, never more`(seed: UInt64) throws {
        var random = Random(seed: seed)
        let cases = CompatFolder.sources
        let all = cases.map { Array($0.text.utf8) }
        for round in 0..<Self.rounds {
            let place = random.below(cases.count)
            let bytes = Self.mutate(all[place], all, &random)
            let ending =
                random.below(20) == 0
                ? random.pick([".toml", ".jsonc"]) : "." + cases[place].name.split(separator: ".")[1]
            let environment = random.below(3) == 0 ? random.pick(["staging", "ENV1", "broken", ""]) : nil
            let variables = random.below(10) == 0 ? Array(bytes.suffix(100)) : nil
            _ = try Self.attempt(bytes, ending, environment, variables, "seed \(seed), round \(round)")
        }
    }

    @Test(arguments: [21, 22, 23, 24] as [UInt64])
    func `configurations of twisted meaning are read or refused, never more`(seed: UInt64) throws {
        var random = Random(seed: seed)
        let trees = CompatFolder.sources.compactMap { source -> JSONValue? in
            let bytes = Array(source.text.utf8)
            do throws(SyntaxProblem) {
                return try Self.parse(bytes, isTOML: source.name.hasSuffix(".toml")).deploymentValue
            } catch {
                return nil
            }
        }
        var read = 0
        for round in 0..<Self.rounds {
            var tree = random.pick(trees)
            for _ in 0...random.below(3) { tree = Self.mutate(tree, trees, &random) }
            let environments = ["staging", "broken", "partly", "own", "shared", "bare"]
            let environment = random.below(2) == 0 ? random.pick(environments) : nil
            if try Self.attempt(Array(try json(tree).utf8), ".json", environment, nil, "seed \(seed), round \(round)") {
                read += 1
            }
        }
        #expect(read > Self.rounds / 5)
    }

    /// Changes one value somewhere in a tree.
    private static func mutate(
        _ value: JSONValue,
        _ others: [JSONValue],
        _ random: inout Random
    ) -> JSONValue {
        switch value {
        case .object(var members) where !members.isEmpty && random.below(6) > 0:
            let key = random.pick(members.keys.sorted())
            switch random.below(8) {
            case 0: members[key] = nil
            case 1: members[random.pick(words)] = members[key]
            case 2: members[random.pick(words)] = part(of: random.pick(others), &random)
            // So that more than one thing is wrong with it.
            case 3: for _ in 0...random.below(6) { members[random.pick(words)] = .string(random.pick(words)) }
            default: members[key] = mutate(members[key] ?? .null, others, &random)
            }
            return .object(members)
        case .array(var elements) where !elements.isEmpty && random.below(6) > 0:
            let place = random.below(elements.count)
            switch random.below(6) {
            case 0: elements.remove(at: place)
            case 1: elements.append(elements[place])
            case 2: elements.swapAt(place, random.below(elements.count))
            default: elements[place] = mutate(elements[place], others, &random)
            }
            return .array(elements)
        default:
            switch random.below(8) {
            case 0: return part(of: random.pick(others), &random)
            case 1...4: return .string(random.pick(words))
            default: return random.pick([.null, .bool(true), .integer(-1), .number(0.5), .array([]), .object([:])])
            }
        }
    }

    /// Something out of a tree.
    private static func part(of value: JSONValue, _ random: inout Random) -> JSONValue {
        switch value {
        case .object(let members) where !members.isEmpty && random.below(4) > 0:
            part(of: members[random.pick(members.keys.sorted())] ?? .null, &random)
        case .array(let elements) where !elements.isEmpty && random.below(4) > 0:
            part(of: random.pick(elements), &random)
        default: value
        }
    }

    private static let words = [
        "", "A", "B", "Counter", "Ledger", "__proto__", "v1", "v2", "tag", "name", "class_name", "script_name",
        "environment",
        "migrations", "exports", "durable_objects", "bindings", "vars", "env", "containers", "container", "state",
        "storage",
        "sqlite", "legacy-kv", "created", "deleted", "renamed", "transferred", "expecting-transfer", "renamed_to",
        "transferred_to", "transfer_from", "type", "durable-object", "worker", "new_classes", "new_sqlite_classes",
        "renamed_classes", "deleted_classes", "transferred_classes", "enable_sqlite_classes", "from", "to",
        "from_script",
        "chat", "source", "target", "2026-01-01", "limits", "cpu_ms", "observability", "kv_namespaces", "binding", "id",
        "é",
    ]

    /// Reads a configuration and plans it; everything but a refusal with a reason is a failure.
    ///
    /// - Returns: Whether it could be read.
    private static func attempt(
        _ bytes: [UInt8],
        _ ending: String,
        _ environment: String?,
        _ variables: [UInt8]?,
        _ place: Comment
    ) throws -> Bool {
        let configuration: WranglerConfiguration
        do throws(WranglerError) {
            configuration = try WranglerConfiguration.read(
                bytes: bytes,
                fileName: "wrangler\(ending)",
                environment: environment,
                variables: variables.map { ($0, ".dev.vars") }
            )
        } catch {
            let hasError = error.findings.contains { $0.severity == .error }
            #expect(hasError, place)
            #expect(error.findings.count <= WranglerLimits.findings + 1, place)
            return false
        }
        let deployment = Deployment(scripts: [configuration.script])
        let plan = MigrationPlanner(history: ClassHistory(), deployment: deployment).makePlan()
        let same = try roundTrip(deployment)
        #expect(same == deployment, place)
        if plan.problems.isEmpty {
            let again = MigrationPlanner(history: plan.history, deployment: deployment).makePlan()
            #expect(again.isEmpty, "A plan that was applied is to leave nothing. \(place)")
        }
        // A store that has had all sorts of migrations, and a program that has some of the classes.
        let later = MigrationPlanner(history: busy, deployment: deployment, program: program).makePlan()
        #expect(later.problems.allSatisfy { !$0.message.isEmpty && !$0.fix.isEmpty }, place)
        #expect(later.origins.count == later.steps.count, place)
        if later.problems.isEmpty {
            let again = MigrationPlanner(history: later.history, deployment: deployment, program: program).makePlan()
            #expect(again.isEmpty, "A plan that was applied is to leave nothing. \(place)")
        }
        return true
    }

    private static let program: MigrationPlanner.Program = [
        "Counter": .sql, "ChatRoom": .keyValue, "Ledger": .keyValue,
    ]

    /// What a store knows that has had every good configuration of the folder, one after the other.
    private static let busy = CompatFolder.sources.reduce(ClassHistory()) { history, source in
        let name = String(source.name.split(separator: "/").last ?? "")
        guard let read = try? WranglerConfiguration.read(source.text, fileName: name) else { return history }
        let plan = MigrationPlanner(history: history, deployment: Deployment(scripts: [read.script])).makePlan()
        return plan.problems.isEmpty ? plan.history : history
    }

    @Test(arguments: [11, 12] as [UInt64])
    func `places lie inside the file, and keys in its order`(seed: UInt64) throws {
        var random = Random(seed: seed)
        let cases = CompatFolder.sources
        let all = cases.map { Array($0.text.utf8) }
        for round in 0..<Self.rounds {
            let place = random.below(cases.count)
            let bytes = Self.mutate(all[place], all, &random)
            do throws(SyntaxProblem) {
                let value = try Self.parse(bytes, isTOML: cases[place].name.hasSuffix(".toml"))
                let isInside = Self.isInside(value, bytes.count)
                #expect(isInside, "seed \(seed), round \(round)")
            } catch {
                #expect((0...bytes.count).contains(error.offset), "seed \(seed), round \(round)")
            }
        }
    }

    private static func parse(_ bytes: [UInt8], isTOML: Bool) throws(SyntaxProblem) -> LocatedValue {
        if isTOML {
            var parser = TOMLParser(bytes)
            return try parser.parse()
        }
        var parser = JSONCParser(bytes)
        return try parser.parse()
    }

    private static func isInside(_ value: LocatedValue, _ end: Int) -> Bool {
        guard (0...end).contains(value.offset) else { return false }
        let members = value.members ?? []
        return members.allSatisfy { (0..<end).contains($0.keyOffset) }
            && (members.map(\.value) + (value.elements ?? [])).allSatisfy { isInside($0, end) }
    }

    @Test(.timeLimit(.minutes(10)))
    func `the worst of texts are done with soon`() {
        let bytes = WranglerLimits.fileBytes / 16
        let names = (0..<9_000).map { "'C\($0)'" }.joined(separator: ",")
        let texts = [
            String(repeating: "/", count: bytes), String(repeating: "/*", count: bytes / 2),
            "[" + String(repeating: "1,", count: bytes / 2 - 2), String(repeating: "{\"a\":", count: bytes / 5),
            "\"" + String(repeating: "\\u0041", count: bytes / 6 - 1), String(repeating: "a=1\n", count: bytes / 4),
            String(repeating: "[[a]]\n", count: bytes / 6), String(repeating: "[a.b]\n", count: bytes / 6),
            "a = \"" + String(repeating: "\\", count: bytes - 8),
            "a = [" + String(repeating: "'x',", count: bytes / 4 - 3),
            "a = " + String(repeating: "'", count: bytes - 8), String(repeating: "\n", count: bytes),
            (0..<9_000).map { "k\($0) = \($0)" }.joined(separator: "\n"),
            "{" + (0..<9_000).map { "\"k\($0)\":1" }.joined(separator: ",") + "}",
            "migrations = [" + String(repeating: "5,", count: 9_000) + "]",
            "migrations = [{ tag = 'a', new_classes = [\(names)]}]",
            "migrations = [{ tag = 'a', deleted_classes = [\(names)]}]",
            "migrations = [{ tag = 'a', new_classes = [\(String(repeating: "'C',", count: 9_000))]}]",
            #"{"durable_objects":{"bindings":["# + String(repeating: "[],", count: 9_000) + "]}}",
        ]
        for text in texts {
            for name in ["wrangler.toml", "wrangler.jsonc"] {
                do throws(WranglerError) {
                    let configuration = try WranglerConfiguration.read(text, fileName: name)
                    #expect(configuration.findings.count <= WranglerLimits.findings + 1)
                } catch {
                    #expect(error.findings.count <= WranglerLimits.findings + 1)
                }
            }
        }
    }

    @Test func `a file that is too large is not looked at`() {
        let text = "name = \"" + String(repeating: "x", count: WranglerLimits.fileBytes) + "\""
        let error = #expect(throws: WranglerError.self) {
            try WranglerConfiguration.read(text, fileName: "wrangler.toml")
        }
        #expect(error?.description == "wrangler.toml:1:1: error: The file has more than 1048576 bytes.")
        let variables = #expect(throws: WranglerError.self) {
            try WranglerConfiguration.read("", fileName: "wrangler.toml", variables: (text, ".dev.vars"))
        }
        #expect(variables?.findings.last?.message == "The file has more than 1048576 bytes.")
    }

    @Test func `what is no text, or no configuration, is refused`() {
        let cases: [([UInt8], String, String)] = [
            ([0xFF, 0xFE], "wrangler.toml", "wrangler.toml:1:1: error: The file is not UTF-8."),
            ([0x22, 0xC3, 0x22], "wrangler.json", "wrangler.json:1:1: error: The file is not UTF-8."),
            (Array("[1]".utf8), "a.json", "a.json:1:1: error: The configuration should be an object but got [1]."),
            (
                [], "a.yaml",
                "a.yaml:1:1: error: The file should be named wrangler.toml, wrangler.json or wrangler.jsonc."
            ),
        ]
        for (bytes, name, message) in cases {
            let error = #expect(throws: WranglerError.self) {
                try WranglerConfiguration.read(bytes: bytes, fileName: name)
            }
            #expect(error?.description == message)
        }
    }
}
